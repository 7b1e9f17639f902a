// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/quote.h"
#include "ctl/output.h"

namespace ww::ctl {

namespace {

std::string_view trim_lines(std::string_view text) {
    while (text.starts_with('\n')) text.remove_prefix(1);
    while (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

std::string usage_line(const Command& command) {
    if (command.is_group()) return command.path + " COMMAND [OPTIONS]";
    std::string line = command.path + " [OPTIONS]";
    if (!command.arguments.empty()) line += " " + command.arguments;
    return line;
}

/// A default that is not the type's zero value, as it is shown.
std::string shown_default(const Flag& flag) {
    if (flag.fallback.empty()) return "";
    if (flag.kind == FlagKind::Text) return fmt::format(" (default {})", quote(flag.fallback));
    return fmt::format(" (default {})", flag.fallback);
}

std::vector<Flag> visible(std::span<const Flag> flags) {
    std::vector<Flag> shown;
    for (const Flag& flag : flags)
        if (!flag.hidden && flag.deprecated.empty()) shown.push_back(flag);
    return shown;
}

}  // namespace

HelpPage help_page(const Command& command) {
    std::string name = command.path;
    if (name.starts_with("wwctl ")) name = name.substr(6);
    const char* markdown = help_markdown(name);
    if (markdown == nullptr) return {};

    std::string_view rest = trim_lines(markdown);
    HelpPage page;
    const size_t end = std::min(rest.find('\n'), rest.size());
    page.summary = rest.substr(0, end);
    if (page.summary.starts_with("# ")) page.summary = page.summary.substr(2);
    rest.remove_prefix(end);
    constexpr std::string_view kExamples = "\n## Examples\n";
    if (const size_t at = rest.find(kExamples); at != std::string_view::npos) {
        page.examples = trim_lines(rest.substr(at + kExamples.size()));
        rest = rest.substr(0, at);
    }
    page.text = trim_lines(rest);
    return page;
}

std::string flag_usages(std::vector<Flag> flags) {
    std::sort(
        flags.begin(), flags.end(), [](const Flag& a, const Flag& b) { return a.name < b.name; });
    std::vector<std::string> left;
    size_t width = 0;
    for (const Flag& flag : flags) {
        std::string line = flag.shorthand != 0
                               ? fmt::format("  -{}, --{}", flag.shorthand, flag.name)
                               : fmt::format("      --{}", flag.name);
        if (const std::string_view type = type_name(flag.kind); !type.empty())
            line += fmt::format(" {}", type);
        width = std::max(width, display_width(line));
        left.push_back(std::move(line));
    }
    std::string out;
    for (size_t i = 0; i < flags.size(); ++i)
        out +=
            fmt::format("{:<{}}   {}{}\n", left[i], width, flags[i].usage, shown_default(flags[i]));
    return out;
}

std::string help_text(const Command& command) {
    const HelpPage page = help_page(command);
    std::string out = fmt::format("\n{}\n\n", page.text.empty() ? page.summary : page.text);
    out += fmt::format("Usage:\n  {}\n", usage_line(command));
    if (!command.aliases.empty()) {
        out += fmt::format("\nAliases:\n  {}", command.name);
        for (const std::string& alias : command.aliases) out += ", " + alias;
        out += "\n";
    }
    if (!page.examples.empty()) out += fmt::format("\nExamples:\n{}\n", page.examples);
    if (command.is_group()) {
        out += "\nAvailable Commands:\n";
        for (const Command& child : command.children)
            if (!child.hidden)
                out += fmt::format("  {:<11} {}\n", child.name, help_page(child).summary);
    }
    // The root's options are the global ones.
    const bool is_root = command.path == command.name;
    std::vector<Flag> own =
        visible(is_root ? global_flags() : std::span<const Flag>(command.flags));
    own.push_back({"help", 'h', FlagKind::Bool, "Show this help"});
    out += "\nOptions:\n" + flag_usages(std::move(own));
    if (!is_root) out += "\nGlobal Options:\n" + flag_usages(visible(global_flags()));
    if (command.is_group())
        out += fmt::format("\nUse \"{} COMMAND --help\" for more information about a COMMAND.\n",
                           command.path);
    return out;
}

}  // namespace ww::ctl
