// SPDX-License-Identifier: BSD-3-Clause
//
// Statistics: how the archives of nodes stand, and what keeping rendered files saved. A value,
// taken at one moment by Builder::statistics().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "overlay/context.h"

namespace ww::overlay {

/// One archive of one node.
struct ArchiveState {
    enum class Is : uint8_t {
        NeverRequested,  // by no node and no command since the start
        Current,         // what was sent last would be sent again
        Stale,           // something it was made from changed; the next request makes it
        Failing,         // cannot be made
        Unforeseeable,   // made anew for each request, since a template calls what nobody foresees
        Frozen,          // sent as it is on disk ("autobuild overlays" is off)
    };
    std::string node;
    Context context = Context::System;
    Is is = Is::NeverRequested;
    /// Failing: what failed, with its place. Unforeseeable: the functions, as "TEMPLATE: now, env".
    std::string why = {};
    bool keeps_last_good = false;  // its last good one is sent while it fails
};

/// Counts are of this process, since its start.
struct Statistics {
    std::vector<ArchiveState> archives = {};  // two for each node, in the order of nodes

    uint64_t renders = 0;        // templates that were run
    uint64_t failed = 0;         // of them, those that failed
    uint64_t as_before = 0;      // and those that came out as they had before
    uint64_t renders_saved = 0;  // answers from what was kept instead
    uint64_t bytes_saved = 0;    // of text in them
    uint64_t looked_at = 0;      // kept answers that were compared with what they had read

    uint64_t files = 0;        // rendered files kept, for all nodes
    uint64_t bytes = 0;        // of memory for them, at most `limit_bytes`
    uint64_t limit_bytes = 0;  // see RenderLimits
    uint64_t disk_bytes = 0;   // of this process' file of them
    uint64_t evicted = 0;      // left out of it for want of room
};

}  // namespace ww::overlay
