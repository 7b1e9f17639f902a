// SPDX-License-Identifier: BSD-3-Clause
//
// Names with number ranges, "n[01-04,7]": expanding what a user typed, and folding a list of names
// back for messages. reference/store.md §5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::nodes {

/// Splits at commas outside brackets, then expands brackets, later ones fastest. Keeps order and
/// duplicates. A list that is not numbers leaves all names as they are; a descending range is
/// empty: an empty result of a non-empty request therefore means "nothing", never "all". Errors:
/// InvalidArgument (more than 100,000 names, or 8 MiB of them).
Result<std::vector<std::string>> expand_hostlist(const std::vector<std::string>& patterns);

/// The same for patterns that choose nodes. Errors: InvalidArgument, if one of them stands for no
/// name at all: that must never be taken for "all nodes".
Result<std::vector<std::string>> expand_selection(const std::vector<std::string>& patterns);

/// "n01 n02 n04" -> "n[01-02,04]"; only the last run of digits is folded.
std::string compress_hostlist(const std::vector<std::string>& names);

}  // namespace ww::nodes
