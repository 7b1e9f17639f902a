// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/flag.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/net.h"
#include "base/quote.h"
#include "fields/words.h"
#include "golib/bool.h"

namespace ww::ctl {

namespace {

Error bad_value(std::string text) { return {ErrorCode::InvalidArgument, std::move(text)}; }

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n\v\f";
    const size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_nothing(std::string_view text) {
    return text.empty() || is_one_of_ignoring_case(text, fields::kNothingWords);
}

/// Yes and no besides what Go takes. Source: reference/cli.md §1.1 "WWbool".
Result<bool> parse_yes_no(std::string_view text) {
    if (same_ignoring_case(text, "yes")) return true;
    if (same_ignoring_case(text, "no")) return false;
    if (const auto word = golib::parse_bool(text)) return *word;
    return bad_value("it is yes or no, true or false, or UNSET");
}

Result<std::string> read_wwbool(std::string_view text) {
    if (is_nothing(text)) return std::string(text);
    WW_TRY(const bool yes, parse_yes_no(text));
    return std::string(yes ? "true" : "false");
}

Result<std::string> read_nullable_bool(std::string_view text) {
    if (is_nothing(text)) return std::string();
    WW_TRY(const bool yes, parse_yes_no(text));
    return std::string(yes ? "true" : "false");
}

Result<void> add_pairs(std::string_view text, std::map<std::string, std::string>& pairs) {
    std::vector<std::string> fields;
    const auto equals = std::count(text.begin(), text.end(), '=');
    if (equals == 0) return bad_value(fmt::format("{} must be formatted as key=value", text));
    if (equals == 1) {
        // A single pair keeps its commas.
        while (text.starts_with('"')) text.remove_prefix(1);
        while (text.ends_with('"')) text.remove_suffix(1);
        fields.emplace_back(text);
    } else {
        WW_TRY(fields, split_csv(text));
    }
    std::map<std::string, std::string> more;
    for (const std::string& field : fields) {
        const size_t at = field.find('=');
        if (at == std::string::npos)
            return bad_value(fmt::format("{} must be formatted as key=value", field));
        more[field.substr(0, at)] = field.substr(at + 1);
    }
    for (auto& [key, value] : more) pairs[key] = std::move(value);
    return {};
}

}  // namespace

bool has_optional_value(FlagKind kind) {
    return kind == FlagKind::Bool || kind == FlagKind::WWbool || kind == FlagKind::NullableBool;
}

std::string_view type_name(FlagKind kind) {
    switch (kind) {
        case FlagKind::Bool:
            return "";
        case FlagKind::Int:
            return "int";
        case FlagKind::Int32:
            return "int32";
        case FlagKind::Text:
            return "string";
        case FlagKind::Texts:
            return "strings";
        case FlagKind::TextArray:
            return "stringArray";
        case FlagKind::Pairs:
            return "stringToString";
        case FlagKind::Address:
            return "ip";
        case FlagKind::WWbool:
            return "WWbool[=true]";
        case FlagKind::NullableBool:
            return "";
    }
    return "";
}

Result<void> add_value(const Flag& flag, std::string_view text, FlagValue& value) {
    switch (flag.kind) {
        case FlagKind::Text:
            value.text = text;
            return {};
        case FlagKind::Bool: {
            WW_TRY(const bool yes, parse_bool(text));
            value.text = yes ? "true" : "false";
            return {};
        }
        case FlagKind::Int:
        case FlagKind::Int32: {
            WW_TRY(const int64_t number, parse_int(text, flag.kind == FlagKind::Int ? 64 : 32));
            value.text = fmt::to_string(number);
            return {};
        }
        case FlagKind::Texts: {
            WW_TRY(std::vector<std::string> items, split_csv(text));
            for (std::string& item : items) value.items.push_back(std::move(item));
            return {};
        }
        case FlagKind::TextArray:
            value.items.emplace_back(text);
            return {};
        case FlagKind::Pairs:
            return add_pairs(text, value.pairs);
        case FlagKind::Address: {
            if (text.empty()) {
                value.text.clear();
                return {};
            }
            const auto address = IpAddress::parse(trim(text));
            if (!address) return bad_value(fmt::format("failed to parse IP: {}", quote(text)));
            value.text = address->to_string();
            return {};
        }
        case FlagKind::WWbool: {
            WW_TRY(value.text, read_wwbool(text));
            return {};
        }
        case FlagKind::NullableBool: {
            WW_TRY(value.text, read_nullable_bool(text));
            return {};
        }
    }
    return {};
}

const Flag* FlagValues::find(std::string_view name) const {
    for (const Flag& flag : flags_)
        if (flag.name == name) return &flag;
    return nullptr;
}

const Flag* FlagValues::find(char shorthand) const {
    for (const Flag& flag : flags_)
        if (flag.shorthand != 0 && flag.shorthand == shorthand) return &flag;
    return nullptr;
}

Result<void> FlagValues::set(const Flag& flag, std::string_view text) {
    if (auto added = add_value(flag, text, values_[std::string(flag.name)]); !added)
        return bad_value(fmt::format("invalid argument {} for {} flag: {}",
                                     quote(text),
                                     quote(display_name(flag)),
                                     added.error().message()));
    return {};
}

const FlagValue* FlagValues::value(std::string_view name) const {
    const auto it = values_.find(name);
    return it == values_.end() ? nullptr : &it->second;
}

bool FlagValues::given(std::string_view name) const { return value(name) != nullptr; }
bool FlagValues::is_true(std::string_view name) const { return text(name) == "true"; }

std::string FlagValues::text(std::string_view name) const {
    if (const FlagValue* found = value(name)) return found->text;
    const Flag* flag = find(name);
    return flag == nullptr ? std::string() : std::string(flag->fallback);
}

int64_t FlagValues::number(std::string_view name) const {
    return parse_int(text(name), 64).value_or(0);
}

std::vector<std::string> FlagValues::items(std::string_view name) const {
    const FlagValue* found = value(name);
    return found == nullptr ? std::vector<std::string>() : found->items;
}

std::map<std::string, std::string> FlagValues::pairs(std::string_view name) const {
    const FlagValue* found = value(name);
    return found == nullptr ? std::map<std::string, std::string>() : found->pairs;
}

std::string display_name(const Flag& flag) {
    if (flag.shorthand == 0) return fmt::format("--{}", flag.name);
    return fmt::format("-{}, --{}", flag.shorthand, flag.name);
}

Result<std::vector<std::string>> split_csv(std::string_view text) {
    std::vector<std::string> fields;
    if (text.empty()) return fields;
    // One record: a line break outside quotes ends it.
    size_t at = 0;
    while (true) {
        std::string field;
        if (at < text.size() && text[at] == '"') {
            ++at;
            while (true) {
                const size_t close = text.find('"', at);
                if (close == std::string_view::npos)
                    return bad_value(
                        fmt::format("parse error on line 1, column {}: extraneous or missing \" in "
                                    "quoted-field",
                                    text.size() + 1));
                field += text.substr(at, close - at);
                at = close + 1;
                if (at < text.size() && text[at] == '"') {
                    field += '"';
                    ++at;
                    continue;
                }
                if (at < text.size() && text[at] != ',' && text[at] != '\n')
                    return bad_value(
                        fmt::format("parse error on line 1, column {}: extraneous or missing \" in "
                                    "quoted-field",
                                    at));
                break;
            }
        } else {
            const size_t end = std::min(text.find_first_of(",\n", at), text.size());
            field = text.substr(at, end - at);
            if (const size_t bare = field.find('"'); bare != std::string::npos)
                return bad_value(
                    fmt::format("parse error on line 1, column {}: bare \" in non-quoted-field",
                                at + bare + 1));
            at = end;
        }
        fields.push_back(std::move(field));
        if (at >= text.size() || text[at] == '\n') return fields;
        ++at;  // the comma
    }
}

Result<int64_t> parse_int(std::string_view text, int bits) {
    const auto fail = [&](std::string_view reason) {
        return bad_value(fmt::format("strconv.ParseInt: parsing {}: {}", quote(text), reason));
    };
    std::string_view rest = text;
    bool negative = false;
    if (rest.starts_with('+') || rest.starts_with('-')) {
        negative = rest.front() == '-';
        rest.remove_prefix(1);
    }
    int base = 10;
    if (rest.size() > 1 && rest.front() == '0') {
        const char letter = static_cast<char>(rest[1] | 0x20);
        base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
        rest.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
    }
    uint64_t magnitude = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), magnitude, base);
    if (rest.empty() || end != rest.data() + rest.size() || error == std::errc::invalid_argument)
        return fail("invalid syntax");
    const uint64_t limit = (uint64_t{1} << (bits - 1)) - (negative ? 0 : 1);
    if (error == std::errc::result_out_of_range || magnitude > limit)
        return fail("value out of range");
    return static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude);
}

Result<bool> parse_bool(std::string_view text) {
    if (const auto word = golib::parse_bool(text)) return *word;
    return bad_value("it is true or false, or one of 1, 0, t, f");
}

}  // namespace ww::ctl
