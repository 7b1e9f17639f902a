// SPDX-License-Identifier: BSD-3-Clause
//
// Words that flags and files take for values. Source: reference/store.md §2.2, §2.4, cli.md §1.1.
#pragma once

#include <initializer_list>
#include <string_view>

namespace ww::fields {

/// Of booleans, whatever the case of their letters.
inline const std::initializer_list<std::string_view> kYesWords = {"true", "t", "1", "yes"};
inline const std::initializer_list<std::string_view> kNoWords = {"false", "f", "0", "no"};
inline const std::initializer_list<std::string_view> kNothingWords = {
    "unset", "undef", "delete", "nil", "--", "0.0.0.0"};

/// Texts, and lists that contain it, are cleared by these alone, when their entry is written.
constexpr bool clears_text(std::string_view text) { return text == "UNSET" || text == "UNDEF"; }

}  // namespace ww::fields
