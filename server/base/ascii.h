// SPDX-License-Identifier: BSD-3-Clause
//
// Words of protocols, whose letters are ASCII whatever the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace ww {

/// Whether the texts are the same but for the case of letters.
inline bool same_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

}  // namespace ww
