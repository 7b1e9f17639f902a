// SPDX-License-Identifier: BSD-3-Clause
#include "base/quote.h"

#include "base/unicode.h"

namespace ww {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_hex(std::string& out, uint32_t value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[value >> shift & 15];
}

void append_escaped(std::string& out, char32_t rune, char quote, bool ascii_only) {
    if (rune == static_cast<unsigned char>(quote) || rune == '\\') {
        out += '\\';
        out += static_cast<char>(rune);
        return;
    }
    if (rune < 0x80 ? is_print(rune) : !ascii_only && is_print(rune)) {
        append_rune(out, rune);
        return;
    }
    switch (rune) {
        case '\a':
            out += "\\a";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\v':
            out += "\\v";
            return;
        default:
            break;
    }
    if (rune < ' ' || rune == 0x7F) {
        out += "\\x";
        append_hex(out, rune, 2);
    } else if (rune < 0x10000) {
        out += "\\u";
        append_hex(out, rune, 4);
    } else {
        out += "\\U";
        append_hex(out, rune, 8);
    }
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

// What one escape or character of a literal stands for: a rune, or a bare byte (\x and octal).
struct Unit {
    char32_t value = 0;
    bool is_byte = false;
};

std::optional<uint32_t> read_digits(std::string_view& text, size_t count, int base) {
    if (text.size() < count) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) {
        const int digit = digit_value(text[i]);
        if (digit >= base) return std::nullopt;
        value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    }
    text.remove_prefix(count);
    return value;
}

std::optional<Unit> read_escape(std::string_view& text, char quote) {
    if (text.empty()) return std::nullopt;
    const char kind = text.front();
    if (kind >= '0' && kind <= '7') {
        const auto value = read_digits(text, 3, 8);
        if (!value || *value > 255) return std::nullopt;
        return Unit{*value, true};
    }
    text.remove_prefix(1);
    switch (kind) {
        case 'a':
            return Unit{'\a'};
        case 'b':
            return Unit{'\b'};
        case 'f':
            return Unit{'\f'};
        case 'n':
            return Unit{'\n'};
        case 'r':
            return Unit{'\r'};
        case 't':
            return Unit{'\t'};
        case 'v':
            return Unit{'\v'};
        case '\\':
            return Unit{'\\'};
        case '\'':
        case '"':
            if (kind != quote) return std::nullopt;
            return Unit{static_cast<char32_t>(kind)};
        case 'x':
            if (const auto value = read_digits(text, 2, 16)) return Unit{*value, true};
            return std::nullopt;
        case 'u':
        case 'U': {
            const auto value = read_digits(text, kind == 'u' ? 4 : 8, 16);
            if (!value || *value > kMaxRune || (*value >= 0xD800 && *value < 0xE000))
                return std::nullopt;
            return Unit{*value};
        }
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string quote(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

void append_quoted(std::string& out, std::string_view text, bool ascii_only) {
    out += '"';
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        if (next.valid()) {
            append_escaped(out, next.rune, '"', ascii_only);
        } else {
            out += "\\x";
            append_hex(out, static_cast<unsigned char>(text.front()), 2);
        }
        text.remove_prefix(next.size);
    }
    out += '"';
}

void append_quoted_rune(std::string& out, char32_t rune, bool ascii_only) {
    if (rune > kMaxRune || (rune >= 0xD800 && rune < 0xE000)) rune = kReplacement;
    out += '\'';
    append_escaped(out, rune, '\'', ascii_only);
    out += '\'';
}

bool can_backquote(std::string_view text) {
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        text.remove_prefix(next.size);
        if (!next.valid() || next.rune == 0xFEFF || next.rune == '`' || next.rune == 0x7F)
            return false;
        if (next.rune < ' ' && next.rune != '\t') return false;
    }
    return true;
}

std::optional<std::string> unquote(std::string_view literal) {
    if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
    const char quote = literal.front();
    std::string_view rest = literal.substr(1, literal.size() - 2);
    std::string text;
    text.reserve(rest.size());
    if (quote == '`') {
        for (const char c : rest)
            if (c != '\r') text += c;
        return text;
    }
    if (quote != '"') return std::nullopt;
    while (!rest.empty()) {
        if (rest.front() != '\\') {
            if (rest.front() == '\n' || rest.front() == '"') return std::nullopt;
            text += rest.front();
            rest.remove_prefix(1);
            continue;
        }
        rest.remove_prefix(1);
        const auto unit = read_escape(rest, quote);
        if (!unit) return std::nullopt;
        if (unit->is_byte)
            text += static_cast<char>(unit->value);
        else
            append_rune(text, unit->value);
    }
    return text;
}

std::optional<char32_t> unquote_rune(std::string_view literal, size_t& length) {
    std::string_view rest = literal.substr(1);
    char32_t rune = 0;
    if (rest.starts_with('\\')) {
        rest.remove_prefix(1);
        const auto unit = read_escape(rest, '\'');
        if (!unit) return std::nullopt;
        rune = unit->value;
    } else {
        if (rest.empty() || rest.front() == '\'') return std::nullopt;
        const DecodedRune next = decode_rune(rest);
        rune = next.rune;
        rest.remove_prefix(next.size);
    }
    length = rest.starts_with('\'') ? literal.size() - rest.size() + 1 : 0;
    return rune;
}

}  // namespace ww
