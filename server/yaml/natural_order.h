// SPDX-License-Identifier: BSD-3-Clause
//
// The order of keys in written maps: letters and runs of digits, "n2" before "n10".
// reference/store.md §2.6.
#pragma once

#include <string_view>

namespace ww::yaml {

/// True if `a` comes before `b`.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace ww::yaml
