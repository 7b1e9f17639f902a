// SPDX-License-Identifier: BSD-3-Clause
//
// What differs between two texts, line by line, for people and for patch(1).
#pragma once

#include <string>
#include <string_view>

namespace ww {

/// The hunks of a unified diff with three lines around each change, without headers; empty if the
/// texts are equal. Texts that are much changed are told as one hunk, so that the time stays
/// bounded.
std::string line_diff(std::string_view before, std::string_view after);

}  // namespace ww
