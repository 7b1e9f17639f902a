// SPDX-License-Identifier: BSD-3-Clause
//
// nodes.conf of any Warewulf 4 release as today's nodes and profiles: old keys become new ones,
// texts become lists and booleans. Internal to `upgrade_nodes`. Source: reference/store.md §7.2.
#pragma once

#include <vector>

#include "nodes/node.h"
#include "upgrade/extras.h"
#include "upgrade/upgrade.h"

namespace ww::upgrade {

struct OldNodes {
    nodes::Registry registry;
    std::vector<yaml::Warning> notes;
    std::vector<UnknownKey> unknown;
    bool legacy = false;  // something was met that today's reader would not understand
};

/// Errors: Unprocessable with the place of every value that its key cannot take.
Result<OldNodes> read_old_nodes(const yaml::Document& document,
                                const KernelOverride& kernel_override);

}  // namespace ww::upgrade
