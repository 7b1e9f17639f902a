// SPDX-License-Identifier: BSD-3-Clause
//
// Words and numbers of protocols and configuration, which are ASCII whatever the locale.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace ww {

inline bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether the texts are the same but for the case of letters.
inline bool same_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

inline bool is_one_of_ignoring_case(std::string_view text,
                                    std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return same_ignoring_case(text, word);
    });
}

}  // namespace ww
