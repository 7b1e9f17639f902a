// SPDX-License-Identifier: BSD-3-Clause
//
// What `set` and `unset` both take out of an entry.
#pragma once

#include <string>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::nodes {

/// Absent ones are fine.
void remove_tags(StringMap& tags, const StringList& names);

/// From one disk if it is named, else from all that have it. Errors: NotFound.
Result<void> remove_partition(Profile& profile,
                              const std::string& diskname,
                              const std::string& partname);

}  // namespace ww::nodes
