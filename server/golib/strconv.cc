// SPDX-License-Identifier: BSD-3-Clause
//
// The number half of strconv.h. Digits come from std::to_chars, which rounds exactly; laying them
// out is Go's.
#include "golib/strconv.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/ascii.h"

namespace ww::golib {
namespace {

/// d.ddd × 10^(point-1): `digits` without leading or trailing zeros.
struct Decimal {
    std::string digits;
    int point = 0;
};

void append_exponent(std::string& out, char letter, int exponent, int least_digits) {
    out += letter;
    out += exponent < 0 ? '-' : '+';
    const std::string digits = std::to_string(std::abs(exponent));
    if (static_cast<int>(digits.size()) < least_digits) out += '0';
    out += digits;
}

// `significant` digits, or the shortest with 0.
Decimal decimal_of(double value, int significant, int bits) {
    Decimal decimal;
    if (value == 0) return decimal;
    char buffer[1100];
    std::to_chars_result end{};
    if (significant > 0)
        end = std::to_chars(
            buffer, std::end(buffer), value, std::chars_format::scientific, significant - 1);
    else if (bits == 32)
        end = std::to_chars(
            buffer, std::end(buffer), static_cast<float>(value), std::chars_format::scientific);
    else
        end = std::to_chars(buffer, std::end(buffer), value, std::chars_format::scientific);
    const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
    const size_t e = text.find('e');
    for (const char c : text.substr(0, e))
        if (c != '.') decimal.digits += c;
    while (!decimal.digits.empty() && decimal.digits.back() == '0') decimal.digits.pop_back();
    int exponent = 0;
    const char* from = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(from, end.ptr, exponent);
    decimal.point = exponent + 1;
    return decimal;
}

void append_e(std::string& out, const Decimal& decimal, char letter, int precision) {
    out += decimal.digits.empty() ? '0' : decimal.digits[0];
    if (precision > 0) {
        out += '.';
        for (int i = 1; i <= precision; ++i) {
            const auto at = static_cast<size_t>(i);
            out += at < decimal.digits.size() ? decimal.digits[at] : '0';
        }
    }
    append_exponent(out, letter, decimal.digits.empty() ? 0 : decimal.point - 1, 2);
}

void append_f(std::string& out, const Decimal& decimal, int precision) {
    const auto digit = [&](int index) {
        return index >= 0 && static_cast<size_t>(index) < decimal.digits.size()
                   ? decimal.digits[static_cast<size_t>(index)]
                   : '0';
    };
    if (decimal.point <= 0) out += '0';
    for (int i = 0; i < decimal.point; ++i) out += digit(i);
    if (precision > 0) {
        out += '.';
        for (int i = 0; i < precision; ++i) out += digit(decimal.point + i);
    }
}

void append_general(std::string& out, double value, char format, int precision, int bits) {
    const bool shortest = precision < 0;
    const Decimal decimal = decimal_of(value, shortest ? 0 : std::max(precision, 1), bits);
    const int count = static_cast<int>(decimal.digits.size());
    if (shortest) precision = 6;
    int limit = shortest ? 6 : std::max(precision, 1);
    if (!shortest && limit > count && count >= decimal.point) limit = count;
    const int exponent = decimal.point - 1;
    if (!decimal.digits.empty() && (exponent < -4 || exponent >= limit)) {
        append_e(out, decimal, format == 'G' ? 'E' : 'e', count - 1);
        return;
    }
    append_f(out, decimal, std::max(count - decimal.point, 0));
}

// %b: mantissa, "p", binary exponent.
void append_binary(std::string& out, double value, int bits) {
    uint64_t mantissa = 0;
    int exponent = 0, bias = 0, mantissa_bits = 0;
    if (bits == 32) {
        const auto raw = std::bit_cast<uint32_t>(static_cast<float>(value));
        mantissa = raw & ((1U << 23) - 1);
        exponent = static_cast<int>(raw >> 23 & 255);
        mantissa_bits = 23;
        bias = 127;
    } else {
        const auto raw = std::bit_cast<uint64_t>(value);
        mantissa = raw & ((uint64_t{1} << 52) - 1);
        exponent = static_cast<int>(raw >> 52 & 2047);
        mantissa_bits = 52;
        bias = 1023;
    }
    if (exponent == 0)
        exponent = 1;
    else
        mantissa |= uint64_t{1} << mantissa_bits;
    out += std::to_string(mantissa);
    append_exponent(out, 'p', exponent - bias - mantissa_bits, 1);
}

// %x: -0x1.23abcp+20.
void append_hexadecimal(std::string& out, double value, char format, int precision) {
    int exponent = 0;
    uint64_t mantissa = 0;
    if (value != 0) {
        // One bit before the point, 60 after it.
        mantissa = static_cast<uint64_t>(std::ldexp(std::frexp(value, &exponent), 61));
        --exponent;
    }
    if (precision >= 0 && precision < 15) {
        const int shift = 60 - precision * 4;
        const uint64_t extra = mantissa & ((uint64_t{1} << shift) - 1);
        const uint64_t half = uint64_t{1} << (shift - 1);
        mantissa >>= shift;
        if (extra > half || (extra == half && (mantissa & 1))) ++mantissa;
        mantissa <<= shift;
        if (mantissa & (uint64_t{1} << 61)) {
            mantissa >>= 1;
            ++exponent;
        }
    }
    const char* digits = format == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    out += '0';
    out += format;
    out += static_cast<char>('0' + (mantissa >> 60 & 1));
    mantissa <<= 4;
    if (precision < 0 ? mantissa != 0 : precision > 0) out += '.';
    for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; ++i) {
        out += digits[mantissa >> 60 & 15];
        mantissa <<= 4;
    }
    append_exponent(out, format == 'X' ? 'P' : 'p', exponent, 2);
}

// Which way a number is out of range, which std::from_chars does not say: by the place of its first
// digit that is not 0, and its exponent.
bool is_below_one(std::string_view number, bool hex) {
    const size_t e = std::min(number.find_first_of(hex ? "pP" : "eE"), number.size());
    const std::string_view mantissa = number.substr(0, e);
    const auto point = static_cast<int64_t>(std::min(mantissa.find('.'), mantissa.size()));
    const auto first = static_cast<int64_t>(mantissa.find_first_not_of("0."));
    int64_t exponent = 0;
    std::string_view text = number.substr(std::min(e + 1, number.size()));
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (read.ec == std::errc::result_out_of_range) return text.starts_with('-');
    const int64_t place = first < point ? point - first - 1 : point - first;
    return exponent + place * (hex ? 4 : 1) < 0;
}

bool valid_underscores(std::string_view text) {
    // Only between digits, or between a base prefix and a digit.
    char before = '^';
    size_t i = 0;
    bool hex = false;
    if (text.size() >= 1 && (text[0] == '-' || text[0] == '+')) i = 1;
    if (text.size() - i >= 2 && text[i] == '0') {
        const char kind = static_cast<char>(text[i + 1] | 0x20);
        if (kind == 'b' || kind == 'o' || kind == 'x') {
            before = '0';
            hex = kind == 'x';
            i += 2;
        }
    }
    for (; i < text.size(); ++i) {
        const char c = text[i], lower = static_cast<char>(c | 0x20);
        if ((c >= '0' && c <= '9') || (hex && lower >= 'a' && lower <= 'f')) {
            before = '0';
        } else if (c == '_') {
            if (before != '0') return false;
            before = '_';
        } else {
            if (before == '_') return false;
            before = '!';
        }
    }
    return before != '_';
}

}  // namespace

void append_float(std::string& out, double value, char format, int precision, int bits) {
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::isinf(value)) {
        out += value < 0 ? "-Inf" : "+Inf";
        return;
    }
    if (std::signbit(value)) out += '-';
    value = std::fabs(value);
    switch (format) {
        case 'e':
        case 'E': {
            const Decimal decimal = decimal_of(value, precision < 0 ? 0 : precision + 1, bits);
            const int shortest = std::max(static_cast<int>(decimal.digits.size()) - 1, 0);
            append_e(out, decimal, format, precision < 0 ? shortest : precision);
            return;
        }
        case 'f': {
            if (precision < 0) {
                const Decimal decimal = decimal_of(value, 0, bits);
                const int count = static_cast<int>(decimal.digits.size());
                append_f(out, decimal, std::max(count - decimal.point, 0));
                return;
            }
            const size_t start = out.size();
            out.resize(start + 320 + static_cast<size_t>(precision));
            const auto end = std::to_chars(out.data() + start,
                                           out.data() + out.size(),
                                           value,
                                           std::chars_format::fixed,
                                           precision);
            out.resize(static_cast<size_t>(end.ptr - out.data()));
            return;
        }
        case 'g':
        case 'G':
            append_general(out, value, format, precision, bits);
            return;
        case 'b':
            append_binary(out, value, bits);
            return;
        default:
            append_hexadecimal(out, value, format, precision);
            return;
    }
}

// Plain decimals between 1e-6 and 1e21, else an exponent without a leading zero.
void append_json_float(std::string& out, double value, int bits) {
    const double size = std::abs(value);
    const bool small = bits == 32 ? static_cast<float>(size) < 1e-6F : size < 1e-6;
    const bool great = bits == 32 ? static_cast<float>(size) >= 1e21F : size >= 1e21;
    const bool exponent = size != 0 && (small || great);
    append_float(out, value, exponent ? 'e' : 'f', -1, bits);
    const size_t end = out.size();
    if (exponent && end >= 4 && out[end - 4] == 'e' && out[end - 3] == '-' && out[end - 2] == '0')
        out.erase(end - 2, 1);
}

std::optional<ParsedFloat> parse_float(std::string_view text) {
    if (text.find('_') != text.npos && !valid_underscores(text)) return std::nullopt;
    std::string clean;
    for (const char c : text)
        if (c != '_') clean += c;
    std::string_view rest = clean;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    const double sign = negative ? -1 : 1;
    if (same_ignoring_case(rest, "inf") || same_ignoring_case(rest, "infinity"))
        return ParsedFloat{sign * std::numeric_limits<double>::infinity()};
    if (same_ignoring_case(rest, "nan") && rest.size() == text.size())
        return ParsedFloat{std::numeric_limits<double>::quiet_NaN()};
    auto format = std::chars_format::general;
    if (rest.size() > 2 && rest[0] == '0' && (rest[1] | 0x20) == 'x') {
        // Go wants a binary exponent after a hexadecimal mantissa.
        if (rest.find_first_of("pP") == rest.npos) return std::nullopt;
        rest.remove_prefix(2);
        format = std::chars_format::hex;
    }
    // from_chars takes "inf" and "nan", and leaves a dangling exponent unread.
    if (rest.empty() || (format != std::chars_format::hex && (rest[0] | 0x20) >= 'a'))
        return std::nullopt;
    if (rest[0] == '-' || rest[0] == '+') return std::nullopt;
    double value = 0;
    const auto [end, problem] =
        std::from_chars(rest.data(), rest.data() + rest.size(), value, format);
    if (problem == std::errc::invalid_argument || end != rest.data() + rest.size())
        return std::nullopt;
    if (problem == std::errc::result_out_of_range) {
        if (is_below_one(rest, format == std::chars_format::hex)) return ParsedFloat{sign * 0.0};
        return ParsedFloat{sign * std::numeric_limits<double>::infinity(), true};
    }
    return ParsedFloat{sign * value};
}

std::optional<ParsedUnsigned> parse_unsigned(std::string_view text, int base) {
    if (text.empty()) return std::nullopt;
    std::string_view rest = text;
    const bool any_base = base == 0;
    if (any_base) {
        base = 10;
        if (rest[0] == '0') {
            const char kind = rest.size() >= 3 ? static_cast<char>(rest[1] | 0x20) : '\0';
            if (kind == 'x' || kind == 'o' || kind == 'b') {
                base = kind == 'x' ? 16 : kind == 'o' ? 8 : 2;
                rest.remove_prefix(2);
            } else {
                base = 8;
                rest.remove_prefix(1);
            }
        }
    }
    uint64_t value = 0;
    bool overflow = false, underscores = false;
    for (const char c : rest) {
        if (c == '_' && any_base) {
            underscores = true;
            continue;
        }
        int digit = 99;
        if (c >= '0' && c <= '9') digit = c - '0';
        if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') digit = (c | 0x20) - 'a' + 10;
        if (digit >= base) return std::nullopt;
        overflow |= __builtin_mul_overflow(value, static_cast<uint64_t>(base), &value);
        overflow |= __builtin_add_overflow(value, static_cast<uint64_t>(digit), &value);
    }
    if (underscores && !valid_underscores(text)) return std::nullopt;
    if (overflow) return ParsedUnsigned{std::numeric_limits<uint64_t>::max(), true};
    return ParsedUnsigned{value};
}

std::optional<ParsedInteger> parse_integer(std::string_view text, int base) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto magnitude = parse_unsigned(text, base);
    if (!magnitude) return std::nullopt;
    constexpr uint64_t kLimit = uint64_t{1} << 63;
    if (negative) {
        if (magnitude->value > kLimit)
            return ParsedInteger{std::numeric_limits<int64_t>::min(), true};
        return ParsedInteger{static_cast<int64_t>(-magnitude->value)};
    }
    if (magnitude->value >= kLimit) return ParsedInteger{std::numeric_limits<int64_t>::max(), true};
    return ParsedInteger{static_cast<int64_t>(magnitude->value)};
}

}  // namespace ww::golib
