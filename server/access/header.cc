// SPDX-License-Identifier: BSD-3-Clause
#include "access/header.h"

#include <cstdint>

#include "base/ascii.h"

namespace ww::access {

namespace {

int digit_of_base64(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

// With padding, and nothing else between: a header has no line breaks.
std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    size_t padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const int digit = digit_of_base64(c);
        if (digit < 0) return std::nullopt;
        bits = bits << 6 | static_cast<uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<char>(bits >> held & 0xff));
    }
    return bytes;
}

std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme) {
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ' ||
        !same_ignoring_case(header.substr(0, scheme.size()), scheme))
        return std::nullopt;
    return header.substr(scheme.size() + 1);
}

}  // namespace

std::optional<std::variant<Login, Bearer>> read_authorization(std::string_view header) {
    if (const auto token = after_scheme(header, "Bearer")) return Bearer{std::string(*token)};
    const auto text = after_scheme(header, "Basic");
    if (!text) return std::nullopt;
    const auto pair = decode_base64(*text);
    if (!pair) return std::nullopt;
    const size_t colon = pair->find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Login{pair->substr(0, colon), pair->substr(colon + 1)};
}

}  // namespace ww::access
