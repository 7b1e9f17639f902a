// SPDX-License-Identifier: BSD-3-Clause
//
// Go's words for booleans.
#pragma once

#include <optional>
#include <string_view>

namespace ww::golib {

/// strconv.ParseBool: 1 t T true True TRUE, 0 f F false False FALSE; nothing for any other text.
constexpr std::optional<bool> parse_bool(std::string_view text) {
    for (const std::string_view word : {"1", "t", "T", "true", "True", "TRUE"})
        if (text == word) return true;
    for (const std::string_view word : {"0", "f", "F", "false", "False", "FALSE"})
        if (text == word) return false;
    return std::nullopt;
}

}  // namespace ww::golib
