// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/manual.h"

#include <fmt/format.h>

#include <algorithm>

#include "ctl/help.h"

namespace ww::ctl {

namespace {

/// Text that roff would take for commands or escapes, made plain.
std::string roff(std::string_view text) {
    std::string out;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
        line_start = c == '\n';
    }
    return out;
}

std::string usage(const Command& command) {
    if (command.is_group()) return command.path + " COMMAND [OPTIONS]";
    return command.path + " [OPTIONS]" + (command.arguments.empty() ? "" : " " + command.arguments);
}

std::vector<Flag> shown_flags(const Command& command) {
    std::vector<Flag> flags = known_flags(command, Help::Yes);
    std::erase_if(flags, [](const Flag& flag) { return flag.hidden || !flag.deprecated.empty(); });
    std::sort(
        flags.begin(), flags.end(), [](const Flag& a, const Flag& b) { return a.name < b.name; });
    return flags;
}

std::string flag_head(const Flag& flag) {
    const std::string_view type = type_name(flag.kind);
    return display_name(flag) + (type.empty() ? "" : fmt::format(" {}", type));
}

}  // namespace

std::string man_page(const Command& command) {
    const HelpPage page = help_page(command);
    std::string title = command.path;
    std::replace(title.begin(), title.end(), ' ', '-');
    std::string upper = title;
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    std::string out = fmt::format(".TH \"{}\" \"1\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B {}\n",
                                  roff(upper),
                                  roff(title),
                                  roff(page.summary),
                                  roff(usage(command)));
    std::string text = roff(page.text);
    for (size_t at = text.find("\n\n"); at != std::string::npos; at = text.find("\n\n", at + 4))
        text.replace(at, 2, "\n.PP\n");
    out += ".SH DESCRIPTION\n" + text + "\n.SH OPTIONS\n";
    for (const Flag& flag : shown_flags(command))
        out += fmt::format(".TP\n.B {}\n{}\n", roff(flag_head(flag)), roff(flag.usage));
    if (!page.examples.empty()) out += ".SH EXAMPLES\n.nf\n" + roff(page.examples) + "\n.fi\n";
    std::string related;
    for (const Command& child : command.children)
        if (!child.hidden)
            related += fmt::format(".BR {}\\-{} (1)\n", roff(title), roff(child.name));
    if (!related.empty()) out += ".SH SEE ALSO\n" + related;
    return out;
}

std::string reference_page(const Command& command) {
    const HelpPage page = help_page(command);
    std::string label = command.path;
    std::replace(label.begin(), label.end(), ' ', '_');
    std::string out =
        fmt::format(".. _{}:\n\n{}\n{}\n\n{}\n\nSynopsis\n~~~~~~~~\n\n{}\n\n::\n\n  {}\n\n",
                    label,
                    command.path,
                    std::string(command.path.size(), '-'),
                    page.summary,
                    page.text,
                    usage(command));
    if (!page.examples.empty())
        out += fmt::format("Examples\n~~~~~~~~\n\n::\n\n{}\n\n", page.examples);
    out += fmt::format("Options\n~~~~~~~\n\n::\n\n{}\n", flag_usages(shown_flags(command)));
    if (!command.children.empty()) out += "See also\n~~~~~~~~\n\n";
    for (const Command& child : command.children)
        if (!child.hidden)
            out += fmt::format("* :ref:`{0} {1} <{2}_{1}>` - {3}\n",
                               command.path,
                               child.name,
                               label,
                               help_page(child).summary);
    return out;
}

}  // namespace ww::ctl
