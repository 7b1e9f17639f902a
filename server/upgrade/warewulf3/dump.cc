// SPDX-License-Identifier: BSD-3-Clause
//
// Reads what wwsh prints: "NODE: KEY = VALUE" lines of the print commands, rows of the list
// commands.
#include <fmt/format.h>

#include <algorithm>

#include "upgrade/warewulf3.h"

namespace ww::upgrade {

namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// The next word of `rest`, which is shortened by it.
std::string_view next_word(std::string_view& rest) {
    rest = trimmed(rest);
    const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
    rest = trimmed(rest.substr(word.size()));
    return word;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// "   n0001: eth0.IPADDR      = 10.0.0.1"
bool read_value(std::string_view line, Warewulf3Dump& dump) {
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return false;
    const std::string_view node = trimmed(line.substr(0, colon));
    std::string_view rest = line.substr(colon + 2);
    const size_t equals = rest.find('=');
    if (equals == std::string_view::npos || node.empty()) return false;
    const std::string_view key = trimmed(rest.substr(0, equals));
    if (key.empty() || key.find_first_of(kBlanks) != std::string_view::npos ||
        node.find_first_of(kBlanks) != std::string_view::npos)
        return false;
    std::string_view value = trimmed(rest.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = trimmed(value.substr(1, value.size() - 2));
    auto& values = dump.nodes[std::string(node)];
    if (!value.empty() && value != "UNDEF") values[std::string(key)] = value;
    return true;
}

/// "centos7   254.1   x86_64   /opt/images/centos7"
bool read_row(std::string_view line, std::vector<Warewulf3Dump::Object>& rows) {
    Warewulf3Dump::Object row;
    row.name = next_word(line);
    if (!is_number(next_word(line))) return false;
    row.architecture = next_word(line);
    row.folder = line == "UNDEF" ? std::string_view() : line;
    rows.push_back(std::move(row));
    return true;
}

}  // namespace

void Warewulf3Dump::add(std::string_view text, const std::string& file) {
    std::vector<Object>* table = nullptr;  // the list whose rows are being read
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view whole = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(whole.size() + 1, text.size()));
        const std::string_view line = trimmed(whole);
        if (line.empty() || line.front() == '#') continue;
        if (line.starts_with("VNFS NAME")) {
            table = &images;
        } else if (line.starts_with("BOOTSTRAP NAME")) {
            table = &bootstraps;
        } else if (read_value(line, *this)) {
            table = nullptr;
        } else if (table == nullptr || !read_row(line, *table)) {
            not_understood.push_back(fmt::format("{}:{}: {}", file, number, line));
        }
    }
}

}  // namespace ww::upgrade
