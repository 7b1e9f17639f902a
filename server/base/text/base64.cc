// SPDX-License-Identifier: BSD-3-Clause
#include "base/text/base64.h"

#include <cstddef>
#include <cstdint>

namespace ww {

std::optional<std::string> decode_base64(std::string_view text) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out;
    for (size_t at = 0; at < text.size(); at += 4) {
        uint32_t group = 0;
        size_t padding = 0;
        for (size_t i = 0; i < 4; ++i) {
            const char c = text[at + i];
            const size_t value = kAlphabet.find(c);
            const bool may_pad = at + 4 == text.size() && i >= 2;
            if (c == '=' && may_pad)
                ++padding;
            else if (value == std::string_view::npos || padding > 0)
                return std::nullopt;
            group = group << 6 | (c == '=' ? 0 : static_cast<uint32_t>(value));
        }
        for (size_t i = 0; i < 3 - padding; ++i) out += static_cast<char>(group >> (16 - 8 * i));
    }
    return out;
}

}  // namespace ww
