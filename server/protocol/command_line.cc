// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/command_line.h"

#include <fmt/format.h>

namespace ww::protocol {

namespace {

constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+[]~";
constexpr std::string_view kCut = "...";

std::string quoted(const std::string& word) {
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
    std::string out = "'";
    for (const char c : word) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string bounded(std::string text) {
    if (text.size() <= kMaxCommandBytes) return text;
    text.resize(kMaxCommandBytes - kCut.size());
    // Not in the middle of a character.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80)
        text.pop_back();
    return text + std::string(kCut);
}

}  // namespace

std::string join_command(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += ' ';
        out += quoted(word);
        if (out.size() > kMaxCommandBytes) break;
    }
    return bounded(std::move(out));
}

std::string encode_command(std::string_view command) {
    std::string out;
    for (const char c : command) {
        if (c >= ' ' && c <= '~' && c != '%')
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string decode_command(std::string_view header) {
    std::string out;
    for (size_t i = 0; i < header.size(); ++i) {
        char c = header[i];
        if (c == '%' && i + 2 < header.size() && hex_digit(header[i + 1]) >= 0 &&
            hex_digit(header[i + 2]) >= 0) {
            c = static_cast<char>(hex_digit(header[i + 1]) * 16 + hex_digit(header[i + 2]));
            i += 2;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += byte < ' ' || byte == 0x7f ? ' ' : c;
    }
    return bounded(std::move(out));
}

}  // namespace ww::protocol
