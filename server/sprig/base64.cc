// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/base64.h"

#include <array>
#include <cstdint>
#include <span>

namespace ww::sprig {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool is_newline(char c) { return c == '\n' || c == '\r'; }

/// `group` digits of `bits` bits make a group; an incomplete last one is padded.
std::string encoded(std::string_view bytes,
                    std::string_view alphabet,
                    unsigned bits,
                    size_t group) {
    std::string out;
    out.reserve(bytes.size() * 8 / bits + group);
    uint32_t window = 0;
    unsigned filled = 0;
    for (const char byte : bytes) {
        window = window << 8 | static_cast<unsigned char>(byte);
        for (filled += 8; filled >= bits; filled -= bits)
            out += alphabet[window >> (filled - bits) & (alphabet.size() - 1)];
    }
    if (filled > 0) out += alphabet[window << (bits - filled) & (alphabet.size() - 1)];
    while (out.size() % group != 0) out += '=';
    return out;
}

/// What the digits' bits hold in whole bytes; the rest is dropped.
void append_bits(std::string& out, std::span<const uint8_t> digits, unsigned bits) {
    uint32_t window = 0;
    unsigned filled = 0;
    for (const uint8_t digit : digits) {
        window = window << bits | digit;
        filled += bits;
        if (filled < 8) continue;
        filled -= 8;
        out += static_cast<char>(window >> filled & 0xFF);
    }
}

Decoded broken(size_t offset) { return {{}, false, offset}; }

}  // namespace

std::string base64_encoded(std::string_view bytes) { return encoded(bytes, kBase64, 6, 4); }
std::string base32_encoded(std::string_view bytes) { return encoded(bytes, kBase32, 5, 8); }

// Go skips newlines wherever they are and counts them in the offset.
Decoded base64_decoded(std::string_view text) {
    Decoded result;
    std::array<uint8_t, 4> digits{};
    size_t count = 0;
    size_t at = 0;
    const auto skip_newlines = [&] {
        while (at < text.size() && is_newline(text[at])) ++at;
    };
    while (at < text.size()) {
        const char c = text[at++];
        if (is_newline(c)) continue;
        if (c != '=') {
            const size_t digit = kBase64.find(c);
            if (digit == kBase64.npos) return broken(at - 1);
            digits[count++] = static_cast<uint8_t>(digit);
            if (count == digits.size()) {
                append_bits(result.bytes, digits, 6);
                count = 0;
            }
            continue;
        }
        if (count < 2) return broken(at - 1);
        if (count == 2) {
            skip_newlines();
            if (at == text.size()) return broken(at);
            if (text[at++] != '=') return broken(at - 2);
        }
        skip_newlines();
        if (at < text.size()) return broken(at);
        append_bits(result.bytes, std::span(digits).first(count), 6);
        return result;
    }
    return count == 0 ? result : broken(at - count);
}

// Go drops newlines first and does not count them.
Decoded base32_decoded(std::string_view with_newlines) {
    std::string text;
    for (const char c : with_newlines)
        if (!is_newline(c)) text += c;

    constexpr size_t kGroup = 8;
    Decoded result;
    std::array<uint8_t, kGroup> digits{};
    size_t count = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        const size_t left = text.size() - at - 1;
        if (text[at] == '=' && count >= 2 && left < kGroup) {
            const size_t missing = kGroup - 1 - count;
            if (left < missing) return broken(text.size());
            for (size_t next = at + 1; next <= at + missing; ++next)
                if (text[next] != '=') return broken(next - 1);
            if (count == 3 || count == 6) return broken(at);
            append_bits(result.bytes, std::span(digits).first(count), 5);
            return result;
        }
        const size_t digit = kBase32.find(text[at]);
        if (digit == kBase32.npos) return broken(at);
        digits[count++] = static_cast<uint8_t>(digit);
        if (count == kGroup) {
            append_bits(result.bytes, digits, 5);
            count = 0;
        }
    }
    return count == 0 ? result : broken(text.size() - count);
}

}  // namespace ww::sprig
