// SPDX-License-Identifier: BSD-3-Clause
#include "golib/format_field.h"

#include <algorithm>

#include "base/quote.h"
#include "base/unicode.h"
#include "golib/strconv.h"

namespace ww::golib {

void FieldFormat::padding(std::string& out, int count) const {
    if (count > 0) out.append(static_cast<size_t>(count), zero && !minus ? '0' : ' ');
}

void FieldFormat::pad(std::string& out, std::string_view text) const {
    if (!has_width || width == 0) {
        out += text;
        return;
    }
    const int missing = width - static_cast<int>(count_runes(text));
    if (!minus) padding(out, missing);
    out += text;
    if (minus) padding(out, missing);
}

void FieldFormat::pad_with_spaces(std::string& out, std::string_view text) const {
    FieldFormat plain = *this;
    plain.zero = false;
    plain.pad(out, text);
}

// The precision counts runes.
std::string_view FieldFormat::truncated(std::string_view text) const {
    if (!has_precision) return text;
    std::string_view rest = text;
    for (int i = 0; i < precision && !rest.empty(); ++i) rest.remove_prefix(decode_rune(rest).size);
    return text.substr(0, text.size() - rest.size());
}

void FieldFormat::boolean(std::string& out, bool value) const {
    pad(out, value ? "true" : "false");
}

void FieldFormat::text(std::string& out, std::string_view from) const { pad(out, truncated(from)); }

void FieldFormat::integer(std::string& out,
                          uint64_t bits,
                          bool is_signed,
                          int base,
                          char32_t verb,
                          bool upper_case) const {
    const bool negative = is_signed && static_cast<int64_t>(bits) < 0;
    if (negative) bits = -bits;

    // %.3d and %03d both ask for digits; with both, the padding is spaces.
    int least_digits = 0;
    if (has_precision) {
        least_digits = precision;
        if (precision == 0 && bits == 0) {
            out.append(static_cast<size_t>(has_width ? width : 0), ' ');
            return;
        }
    } else if (zero && !minus && has_width) {
        least_digits = width - (negative || plus || space ? 1 : 0);
    }

    const char* digits = upper_case ? "0123456789ABCDEFX" : "0123456789abcdefx";
    std::string reversed;
    const auto radix = static_cast<uint64_t>(base);
    do {
        reversed += digits[bits % radix];
        bits /= radix;
    } while (bits > 0);
    while (static_cast<int>(reversed.size()) < least_digits) reversed += '0';
    if (sharp) {
        if (base == 2) reversed += "b0";
        if (base == 8 && reversed.back() != '0') reversed += '0';
        if (base == 16) {
            reversed += digits[16];
            reversed += '0';
        }
    }
    if (verb == 'O') reversed += "o0";
    if (negative)
        reversed += '-';
    else if (plus)
        reversed += '+';
    else if (space)
        reversed += ' ';
    std::reverse(reversed.begin(), reversed.end());
    pad_with_spaces(out, reversed);
}

void FieldFormat::unicode(std::string& out, uint64_t rune) const {
    FieldFormat digits;
    digits.has_precision = true;
    digits.precision = has_precision ? std::max(precision, 4) : 4;
    std::string shown = "U+";
    digits.integer(shown, rune, false, 16, 'X', true);
    if (sharp && rune <= kMaxRune && is_print(static_cast<char32_t>(rune))) {
        shown += " '";
        append_rune(shown, static_cast<char32_t>(rune));
        shown += '\'';
    }
    pad_with_spaces(out, shown);
}

void FieldFormat::character(std::string& out, uint64_t rune) const {
    std::string shown;
    append_rune(shown, rune > kMaxRune ? kReplacement : static_cast<char32_t>(rune));
    pad(out, shown);
}

void FieldFormat::quoted_character(std::string& out, uint64_t rune) const {
    std::string shown;
    append_quoted_rune(shown, rune > kMaxRune ? kReplacement : static_cast<char32_t>(rune), plus);
    pad(out, shown);
}

void FieldFormat::quoted(std::string& out, std::string_view from) const {
    const std::string_view part = truncated(from);
    std::string shown;
    if (sharp && can_backquote(part)) {
        shown += '`';
        shown += part;
        shown += '`';
    } else {
        append_quoted(shown, part, plus);
    }
    pad(out, shown);
}

void FieldFormat::hex(std::string& out, std::string_view text, bool upper_case) const {
    const char* digits = upper_case ? "0123456789ABCDEFX" : "0123456789abcdefx";
    if (has_precision && static_cast<size_t>(precision) < text.size())
        text = text.substr(0, static_cast<size_t>(precision));
    if (text.empty()) {
        padding(out, has_width ? width : 0);
        return;
    }
    const auto prefix = [&](std::string& to) {
        to += '0';
        to += digits[16];
    };
    std::string shown;
    if (sharp) prefix(shown);
    for (size_t i = 0; i < text.size(); ++i) {
        if (space && i > 0) {
            shown += ' ';
            if (sharp) prefix(shown);
        }
        shown += digits[static_cast<unsigned char>(text[i]) >> 4];
        shown += digits[text[i] & 15];
    }
    pad(out, shown);
}

namespace {

// %#g and its kin keep the decimal point and the trailing zeros that strconv leaves out. `number`
// starts with its sign.
void restore_zeros(std::string& number, char format, int digits) {
    const bool counts = format == 'g' || format == 'G' || format == 'x';
    if (!counts)
        digits = 0;
    else if (digits == -1)
        digits = 6;
    const bool hexadecimal = format == 'x' || format == 'X';
    const size_t exponent = number.find_first_of(hexadecimal ? "pP" : "eEpP");
    std::string tail;
    if (exponent != number.npos) {
        tail = number.substr(exponent);
        number.resize(exponent);
    }
    bool has_point = false, significant = false;
    for (size_t i = 1; i < number.size(); ++i) {
        if (number[i] == '.') {
            has_point = true;
            continue;
        }
        significant |= number[i] != '0';
        if (significant) --digits;
    }
    if (!has_point) {
        if (number.size() == 2 && number[1] == '0') --digits;
        number += '.';
    }
    if (digits > 0) number.append(static_cast<size_t>(digits), '0');
    number += tail;
}

}  // namespace

void FieldFormat::floating(
    std::string& out, double value, int bits, char format, int default_precision) const {
    const int digits = has_precision ? precision : default_precision;
    std::string number;
    append_float(number, value, format, digits, bits);
    if (number[0] != '-' && number[0] != '+') number.insert(0, 1, '+');
    if (space && number[0] == '+' && !plus) number[0] = ' ';
    if (number[1] == 'I' || number[1] == 'N') {
        if (number[1] == 'N' && !space && !plus) number.erase(0, 1);
        pad_with_spaces(out, number);
        return;
    }
    if (sharp && format != 'b') restore_zeros(number, format, digits);
    if (!plus && number[0] == '+') {
        pad(out, std::string_view(number).substr(1));
        return;
    }
    // Zeros go between the sign and the digits.
    if (zero && !minus && has_width && width > static_cast<int>(number.size())) {
        out += number[0];
        padding(out, width - static_cast<int>(number.size()));
        out.append(number, 1);
        return;
    }
    pad(out, number);
}

}  // namespace ww::golib
