// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes were sent last, as it travels while it changes.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

struct StatusWatchRequest {
    Names names;        // patterns of nodes; none: all
    std::string since;  // `mark` of the last that was seen; empty: from the start

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("since", self.since);
    }
};

/// One of many that a watch is answered with. Without rows: nothing changed for a while.
struct StatusNews {
    std::string mark;
    bool whole = false;             // `nodes` are all there are, not only those that changed
    std::vector<NodeStatus> nodes;  // by name
    int64_t update_interval = 60;   // seconds between two polls of a running node
    std::string problem;            // why nodes.conf is not in use; empty: it is

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("mark", self.mark);
        visit("whole", self.whole);
        visit("nodes", self.nodes);
        visit("update_interval", self.update_interval);
        visit("problem", self.problem);
    }
};

}  // namespace ww::protocol
