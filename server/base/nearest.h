// SPDX-License-Identifier: BSD-3-Clause
//
// "Did you mean": the known name that a misspelt one is closest to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ww {

/// `did you mean "Ipaddr"?`, or nothing if no candidate is close. Letter case counts less than
/// letters.
std::string nearest_hint(std::string_view wrong, const std::vector<std::string_view>& candidates);

}  // namespace ww
