// SPDX-License-Identifier: BSD-3-Clause
#include "configure/shell_setting.h"

#include <fmt/format.h>

#include "base/file.h"

namespace ww::configure {

namespace {

struct SettingLine {
    size_t start = 0;
    size_t length = 0;
    std::string_view value;  // as written
};

std::optional<SettingLine> find_setting(std::string_view text, std::string_view key) {
    std::optional<SettingLine> found;
    size_t start = 0;
    while (start < text.size()) {
        const size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = text.substr(start, end - start);
        if (line.starts_with(key) && line.substr(key.size()).starts_with('='))
            found = SettingLine{start, line.size(), line.substr(key.size() + 1)};
        start = end + 1;
    }
    return found;
}

}  // namespace

std::optional<std::string> shell_setting(std::string_view text, std::string_view key) {
    const auto found = find_setting(text, key);
    if (!found) return std::nullopt;
    std::string_view value = found->value;
    if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
        const size_t end = value.find(value.front(), 1);
        return std::string(value.substr(1, end == std::string_view::npos ? end : end - 1));
    }
    return std::string(value.substr(0, value.find_first_of(" \t#")));
}

std::string with_shell_setting(std::string_view text,
                               std::string_view key,
                               std::string_view value) {
    const std::string line = fmt::format("{}=\"{}\"", key, value);
    std::string changed(text);
    if (const auto found = find_setting(text, key)) {
        changed.replace(found->start, found->length, line);
        return changed;
    }
    if (!changed.empty() && changed.back() != '\n') changed += '\n';
    return changed + line + "\n";
}

bool add_shell_setting(const Situation& situation,
                       Plan& plan,
                       const std::string& file,
                       std::string_view key,
                       std::string_view value) {
    const std::string path = situation.machine.at(file);
    const auto text = read_file(path);
    if (!text) return false;
    if (shell_setting(*text, key) != value)
        plan.add({.path = path, .text = with_shell_setting(*text, key, value)});
    return true;
}

}  // namespace ww::configure
