// SPDX-License-Identifier: BSD-3-Clause
#include "enter/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/path.h"
#include "base/quote.h"

namespace ww::enter {

namespace {

constexpr std::string_view kPath = "/bin:/sbin:/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin";

std::string_view value_of(const std::vector<std::string>& variables, std::string_view name) {
    for (const std::string& variable : variables)
        if (variable.size() > name.size() && variable[name.size()] == '=' &&
            variable.starts_with(name))
            return std::string_view(variable).substr(name.size() + 1);
    return {};
}

void set(std::vector<std::string>& variables, std::string_view name, std::string_view value) {
    const std::string start = fmt::format("{}=", name);
    std::erase_if(variables,
                  [&](const std::string& variable) { return variable.starts_with(start); });
    variables.push_back(start + std::string(value));
}

}  // namespace

Result<Bind> parse_bind(std::string_view text, std::string_view here) {
    const auto refuse = [&](std::string_view why) {
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("bind {}: {}", quote(std::string(text)), why))
            .with_hint("it is SOURCE, SOURCE:TARGET, SOURCE:TARGET:ro or SOURCE:TARGET:copy");
    };
    std::vector<std::string_view> parts;
    for (std::string_view rest = text;;) {
        const size_t colon = rest.find(':');
        parts.push_back(rest.substr(0, colon));
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    if (parts.size() > 3) return refuse("too many colons");
    if (parts[0].empty()) return refuse("no source");
    Bind bind;
    bind.source = clean_path(parts[0].starts_with('/') ? std::string(parts[0])
                                                       : fmt::format("{}/{}", here, parts[0]));
    bind.target = parts.size() > 1 && !parts[1].empty() ? std::string(parts[1]) : bind.source;
    if (!bind.target.starts_with('/')) return refuse("the target is not an absolute path");
    bind.target = rooted_path(bind.target);
    if (bind.target == "/") return refuse("it would cover the whole image");
    if (parts.size() < 3) return bind;
    bind.readonly = parts[2] == "ro";
    bind.copy = parts[2] == "copy";
    if (!bind.readonly && !bind.copy)
        return refuse(fmt::format("{} is neither ro nor copy", quote(std::string(parts[2]))));
    return bind;
}

std::vector<std::string> environment_inside(std::string_view image,
                                            const std::vector<std::string>& callers) {
    std::vector<std::string> inside = callers;
    std::string prompt(value_of(callers, "WW_PS1"));
    if (prompt.empty()) prompt = "\\w\\$ ";
    std::string history(value_of(callers, "WW_HISTFILE"));
    if (history.empty()) history = "/dev/null";
    set(inside, "PATH", kPath);
    set(inside, "WW_PS1", prompt);
    set(inside, "PS1", fmt::format("[warewulf:{}] {}", image, prompt));
    set(inside, "WW_HISTFILE", history);
    set(inside, "HISTFILE", history);
    set(inside, "WW_IMAGE_SHELL", image);
    set(inside, "WW_CONTAINER_SHELL", image);
    return inside;
}

}  // namespace ww::enter
