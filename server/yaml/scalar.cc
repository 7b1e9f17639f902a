// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/scalar.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>

#include "base/ascii.h"
#include "base/text/base64.h"
#include "golib/civil.h"
#include "golib/strconv.h"

namespace ww::yaml {

namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<uint64_t> digits(std::string_view text, int base) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// Decimal, 0x, 0b, 0o and the old octal 0777, with a sign; unsigned beyond int64.
std::optional<Value> whole_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    const bool signed_text = negative || text.starts_with('+');
    if (signed_text) text.remove_prefix(1);
    int base = 10;
    if (text.size() > 1 && text[0] == '0') {
        const char kind = static_cast<char>(text[1] | 0x20);
        base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
        text.remove_prefix(kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1);
    }
    const auto value = digits(text, base);
    if (!value) return std::nullopt;
    constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
    if (negative) {
        if (*value > kMax + 1) return std::nullopt;
        return Value(static_cast<int64_t>(~*value + 1));
    }
    if (*value <= kMax) return Value(static_cast<int64_t>(*value));
    if (signed_text) return std::nullopt;
    return Value(*value);
}

// [-+]?(\.D+|D+(\.D*)?)([eE][-+]?D+)?
bool looks_like_float(std::string_view text) {
    size_t at = 0;
    const auto run = [&] {
        const size_t start = at;
        while (at < text.size() && is_ascii_digit(text[at])) ++at;
        return at - start;
    };
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t before = run();
    size_t after = 0;
    const bool point = at < text.size() && text[at] == '.';
    if (point) {
        ++at;
        after = run();
    }
    if (before == 0 && after == 0) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (run() == 0) return false;
    }
    return at == text.size();
}

std::optional<double> float_number(std::string_view text) {
    if (!looks_like_float(text)) return std::nullopt;
    const auto parsed = golib::parse_float(text);
    return parsed && !parsed->out_of_range ? std::optional(parsed->value) : std::nullopt;
}

// Reads the pieces of a timestamp from the front of a text.
class TimeText {
   public:
    explicit TimeText(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // A number of `min` to `max` digits, at most `limit`; -1 if there is none.
    int number(size_t min, size_t max, int limit) {
        size_t length = 0;
        while (length < max && length < rest_.size() && is_ascii_digit(rest_[length])) ++length;
        if (length < min) return -1;
        const auto value = digits(rest_.substr(0, length), 10);
        rest_.remove_prefix(length);
        return value && static_cast<int>(*value) <= limit ? static_cast<int>(*value) : -1;
    }
    // ".25" in nanoseconds, 0 where there is no fraction; -1 for a lone point.
    int64_t fraction() {
        if (!rest_.starts_with('.') && !rest_.starts_with(',')) return 0;
        rest_.remove_prefix(1);
        int64_t value = 0;
        size_t length = 0;
        for (; length < rest_.size() && is_ascii_digit(rest_[length]); ++length)
            if (length < 9) value = value * 10 + (rest_[length] - '0');
        if (length == 0) return -1;
        for (size_t i = length; i < 9; ++i) value *= 10;
        rest_.remove_prefix(length);
        return value;
    }

   private:
    std::string_view rest_;
};

// 2006-1-2, 2006-1-2 15:4:5.9, 2006-1-2T15:4:5.9Z or with +01:00 at the end (also with a small t).
std::optional<Timestamp> timestamp(std::string_view text) {
    TimeText in(text);
    const int year = in.number(4, 4, 9999);
    if (year < 0 || !in.take('-')) return std::nullopt;
    const int month = in.number(1, 2, 12);
    if (month < 1 || !in.take('-')) return std::nullopt;
    const int day = in.number(1, 2, 31);
    if (day < 1 || day > golib::days_in_month(year, month)) return std::nullopt;
    Timestamp out;
    out.unix_seconds = golib::days_from_civil({year, month, day}) * golib::kSecondsPerDay;
    if (in.done()) return out;
    const bool zoned = !in.take(' ');
    if (zoned && !in.take('T') && !in.take('t')) return std::nullopt;
    const int hour = in.number(1, 2, 23);
    if (hour < 0 || !in.take(':')) return std::nullopt;
    const int minute = in.number(1, 2, 59);
    if (minute < 0 || !in.take(':')) return std::nullopt;
    const int second = in.number(1, 2, 59);
    const int64_t nanoseconds = in.fraction();
    if (second < 0 || nanoseconds < 0) return std::nullopt;
    out.nanoseconds = static_cast<int32_t>(nanoseconds);
    out.unix_seconds += hour * 3600 + minute * 60 + second;
    if (zoned && !in.take('Z')) {
        const int sign = in.take('-') ? -1 : in.take('+') ? 1 : 0;
        const int zone_hours = in.number(2, 2, 24);
        if (sign == 0 || zone_hours < 0 || !in.take(':')) return std::nullopt;
        const int zone_minutes = in.number(2, 2, 60);
        if (zone_minutes < 0) return std::nullopt;
        out.zone_seconds = sign * (zone_hours * 3600 + zone_minutes * 60);
        out.unix_seconds -= out.zone_seconds;
    }
    return in.done() ? std::optional(out) : std::nullopt;
}

std::optional<Scalar> fixed_word(std::string_view text) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (one_of(text, {"", "~", "null", "Null", "NULL"})) return Scalar{"!!null", {}};
    if (one_of(text, {"true", "True", "TRUE"})) return Scalar{"!!bool", true};
    if (one_of(text, {"false", "False", "FALSE"})) return Scalar{"!!bool", false};
    if (one_of(text, {".nan", ".NaN", ".NAN"}))
        return Scalar{"!!float", std::numeric_limits<double>::quiet_NaN()};
    if (one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"}))
        return Scalar{"!!float", kInfinity};
    if (one_of(text, {"-.inf", "-.Inf", "-.INF"})) return Scalar{"!!float", -kInfinity};
    if (text == "<<") return Scalar{"!!merge", std::string(text)};
    return std::nullopt;
}

// As resolve_plain; timestamps only where they may be meant.
Scalar resolve_text(std::string_view text, bool timestamps) {
    static constexpr std::string_view kFirst = "yYnNtTfFoO~<.+-0123456789";
    if (!text.empty() && kFirst.find(text[0]) == std::string_view::npos)
        return {"!!str", std::string(text)};
    if (auto word = fixed_word(text)) return *std::move(word);
    if (text[0] == '.') {
        if (const auto value = float_number(text)) return {"!!float", *value};
    } else if (text[0] == '+' || text[0] == '-' || is_ascii_digit(text[0])) {
        if (timestamps)
            if (const auto time = timestamp(text)) return {"!!timestamp", *time};
        std::string plain(text);
        std::erase(plain, '_');
        if (auto value = whole_number(plain)) return {"!!int", *std::move(value)};
        if (const auto value = float_number(plain)) return {"!!float", *value};
    }
    return {"!!str", std::string(text)};
}

bool is_quoted(const Node& scalar) { return scalar.style != Node::Style::Plain; }

bool is_resolvable(std::string_view tag) {
    return one_of(tag,
                  {"", "!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp", "!!binary"});
}

}  // namespace

Scalar resolve_plain(std::string_view text) { return resolve_text(text, true); }

std::string_view short_tag(const Node& node) {
    if (node.kind == Node::Kind::Alias) return {};
    if (!node.tag.empty() && node.tag != "!") return node.tag;
    if (node.kind == Node::Kind::Map) return "!!map";
    if (node.kind == Node::Kind::List) return "!!seq";
    return is_quoted(node) ? "!!str" : resolve_plain(node.text).tag;
}

Result<Scalar> resolve(const Node& scalar) {
    const std::string_view given = scalar.tag == "!" ? std::string_view() : scalar.tag;
    if (given == "!!str" || (given.empty() && is_quoted(scalar)))
        return Scalar{"!!str", std::string(scalar.text)};
    if (given.empty()) return resolve_plain(scalar.text);
    if (!is_resolvable(given)) return Scalar{given, std::string(scalar.text)};
    if (given == "!!binary") {
        std::string text(scalar.text);
        std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
        auto bytes = decode_base64(text);
        if (!bytes)
            return Error(ErrorCode::Unprocessable, "!!binary value contains invalid base64 data");
        return Scalar{given, *std::move(bytes)};
    }
    Scalar found = resolve_text(scalar.text, given == "!!timestamp");
    if (found.tag == given) return found;
    if (given == "!!float" && found.tag == "!!int") {
        const auto* whole = found.value.get<int64_t>();
        if (whole != nullptr) return Scalar{given, static_cast<double>(*whole)};
    }
    return Error(ErrorCode::Unprocessable,
                 fmt::format("cannot decode {} `{}` as a {}", found.tag, scalar.text, given));
}

bool is_null(const Node& node) { return short_tag(node) == "!!null"; }

bool is_merge_key(const Node& node) {
    return node.kind == Node::Kind::Scalar && node.text == "<<" &&
           (node.tag == "!!merge" || node.tag == "!" || (node.tag.empty() && !is_quoted(node)));
}

std::optional<bool> yaml11_bool(std::string_view text) {
    if (one_of(text, {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
    if (one_of(text, {"n", "N", "no", "No", "NO", "off", "Off", "OFF"})) return false;
    return std::nullopt;
}

}  // namespace ww::yaml
