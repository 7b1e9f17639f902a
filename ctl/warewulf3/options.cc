// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/warewulf3/options.h"

#include <fmt/format.h>

#include <algorithm>

#include "fields/words.h"

namespace ww::ctl::warewulf3 {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), value) != words.end();
}

}  // namespace

std::vector<Flag> flags_of(const Word& word) {
    std::vector<Flag> flags;
    for (const Option& option : word.options)
        flags.push_back({.name = option.name,
                         .shorthand = option.letter,
                         .kind = option.kind,
                         .usage = option.usage,
                         .complete = option.complete,
                         .secret = option.secret});
    flags.push_back({"yes", 'y', FlagKind::Bool, "Do not ask"});
    flags.push_back({"help", 'h', FlagKind::Bool, "Show this help"});
    return flags;
}

std::string explained(const Option& option) {
    switch (option.becomes) {
        case Becomes::Flag:
            return fmt::format("--{}", option.target);
        case Becomes::Own:
            return std::string(option.usage);
        case Becomes::Nothing:
            return fmt::format("Not needed: {}", option.target);
        case Becomes::Refused:
            return fmt::format("Refused: {}", option.target);
    }
    return "";
}

bool is_undef(std::string_view value) { return fields::clears_text(value) || value == "undef"; }

bool is_off(std::string_view value) {
    const std::string word = lower(value);
    return word == "n" || is_one_of(word, fields::kNoWords) ||
           is_one_of(word, fields::kNothingWords);
}

Result<std::vector<std::string>> plain_flags(const Line& line, Plan& plan) {
    std::vector<std::string> flags;
    std::string refused;
    for (const Option& option : line.word.options) {
        if (!line.options.given(option.name)) continue;
        const std::string value = line.options.text(option.name);
        switch (option.becomes) {
            case Becomes::Own:
                break;
            case Becomes::Flag:
                flags.push_back(fmt::format("--{}", option.target));
                flags.push_back(is_undef(value) ? "UNDEF" : value);
                break;
            case Becomes::Nothing:
                plan.notes.push_back(fmt::format("--{}: {}", option.name, option.target));
                break;
            case Becomes::Refused:
                if (is_off(value) || lower(value) == lower(option.harmless)) break;
                refused += fmt::format(
                    "{}--{}: {}", refused.empty() ? "" : "\n", option.name, option.target);
        }
    }
    if (!refused.empty()) return Error(ErrorCode::InvalidArgument, refused);
    return flags;
}

std::string as_list(const std::vector<std::string>& items) {
    std::string list;
    for (const std::string& item : items) {
        if (!list.empty()) list += ',';
        if (item.find_first_of(",\"") == std::string::npos) {
            list += item;
            continue;
        }
        list += '"';
        for (const char c : item) list += c == '"' ? std::string("\"\"") : std::string(1, c);
        list += '"';
    }
    return list;
}

std::vector<std::string> cut(std::string_view text, std::string_view separators) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& rest) {
    first.insert(first.end(), rest.begin(), rest.end());
    return first;
}

}  // namespace ww::ctl::warewulf3
