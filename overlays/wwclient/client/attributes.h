// SPDX-License-Identifier: BSD-3-Clause
//
// `wwclient --apply-attributes FILE`: gives the files of this node the extended attributes (file
// capabilities, SELinux labels) that the image had where it was built. The archive it came in had
// no room for them; FILE came with it. Called by the wwinit overlay before the image's init.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/confined_dir.h"
#include "base/result.h"

namespace ww::client {

struct AttributeOutcome {
    uint64_t files = 0;    // got all of theirs
    uint64_t missing = 0;  // are no longer there: nothing to do
    uint64_t failed = 0;
    std::string failure;  // of the first that failed
};

/// `list` as archive/attribute_list.h has it. Links are not followed, and no path leads out of
/// `root`. Errors: Unprocessable (not such a list); nothing was done then.
Result<AttributeOutcome> apply_attributes(const ConfinedDir& root, std::string_view list);

}  // namespace ww::client
