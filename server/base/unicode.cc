// SPDX-License-Identifier: BSD-3-Clause
#include "base/unicode.h"

#include <algorithm>
#include <iterator>

#include "base/unicode_tables.h"

namespace ww {

using namespace unicode_tables;
namespace {

template <size_t N>
bool contains(const Range (&table)[N], char32_t rune) {
    const auto after = std::upper_bound(
        std::begin(table), std::end(table), rune, [](char32_t r, const Range& range) {
            return r < range.first;
        });
    return after != std::begin(table) && rune <= std::prev(after)->last;
}

template <size_t N>
char32_t map(const CaseRange (&table)[N], char32_t rune) {
    const auto after = std::upper_bound(
        std::begin(table), std::end(table), rune, [](char32_t r, const CaseRange& range) {
            return r < range.first;
        });
    if (after == std::begin(table)) return rune;
    const CaseRange& range = *std::prev(after);
    if (rune <= range.last && (rune - range.first) % static_cast<uint32_t>(range.step) == 0)
        return static_cast<char32_t>(static_cast<int32_t>(rune) + range.delta);
    return rune;
}

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

DecodedRune decode_rune(std::string_view text) {
    if (text.empty()) return {};
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};
    const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size) return {kReplacement, 1};
    char32_t rune = first & (0xFF >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
        if (!is_continuation(byte(i))) return {kReplacement, 1};
        rune = rune << 6 | (byte(i) & 0x3F);
    }
    const bool overlong = (size == 3 && rune < 0x800) || (size == 4 && rune < 0x10000);
    if (overlong || rune > kMaxRune || (rune >= 0xD800 && rune < 0xE000)) return {kReplacement, 1};
    return {rune, size};
}

DecodedRune decode_last_rune(std::string_view text) {
    if (text.empty()) return {};
    const size_t furthest = std::min<size_t>(text.size(), 4);
    for (size_t size = 1; size <= furthest; ++size) {
        const std::string_view tail = text.substr(text.size() - size);
        if (is_continuation(static_cast<unsigned char>(tail[0]))) continue;
        const DecodedRune rune = decode_rune(tail);
        if (rune.size == size) return rune;
        break;
    }
    return {kReplacement, 1};
}

void append_rune(std::string& out, char32_t rune) {
    if (rune > kMaxRune || (rune >= 0xD800 && rune < 0xE000)) rune = kReplacement;
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (rune < 0x80) {
        add(rune);
    } else if (rune < 0x800) {
        add(0xC0 | rune >> 6);
        add(0x80 | (rune & 0x3F));
    } else if (rune < 0x10000) {
        add(0xE0 | rune >> 12);
        add(0x80 | (rune >> 6 & 0x3F));
        add(0x80 | (rune & 0x3F));
    } else {
        add(0xF0 | rune >> 18);
        add(0x80 | (rune >> 12 & 0x3F));
        add(0x80 | (rune >> 6 & 0x3F));
        add(0x80 | (rune & 0x3F));
    }
}

size_t count_runes(std::string_view text) {
    size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(decode_rune(text).size);
    return count;
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        if (!next.valid()) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

bool is_letter(char32_t rune) {
    if (rune < 0x80) return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
    return contains(kLetters, rune);
}

bool is_digit(char32_t rune) {
    if (rune < 0x80) return rune >= '0' && rune <= '9';
    return contains(kDigits, rune);
}

bool is_upper(char32_t rune) { return contains(kUpper, rune); }
bool is_lower(char32_t rune) { return contains(kLower, rune); }

bool is_space(char32_t rune) {
    if (rune < 0x80) return rune == ' ' || (rune >= '\t' && rune <= '\r');
    return rune == 0x85 || rune == 0xA0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) ||
           rune == 0x2028 || rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

bool is_print(char32_t rune) {
    if (rune < 0x80) return rune >= ' ' && rune < 0x7F;
    return contains(kPrintable, rune);
}

char32_t to_upper(char32_t rune) {
    if (rune < 0x80) return rune >= 'a' && rune <= 'z' ? rune - 32 : rune;
    return map(kToUpper, rune);
}

char32_t to_lower(char32_t rune) {
    if (rune < 0x80) return rune >= 'A' && rune <= 'Z' ? rune + 32 : rune;
    return map(kToLower, rune);
}

char32_t to_title(char32_t rune) {
    if (rune < 0x80) return to_upper(rune);
    return map(kToTitle, rune);
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    bool ascii = true;
    for (char& c : out) {
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    }
    if (ascii) return out;
    out.clear();
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        append_rune(out, to_lower(next.rune));
        text.remove_prefix(next.size);
    }
    return out;
}

}  // namespace ww
