// SPDX-License-Identifier: BSD-3-Clause
//
// Changes that are looked at and not made, as they travel.
#pragma once

#include "protocol/origins.h"

namespace ww::protocol {

/// A change that is not made: the request that would make it.
struct PlanRequest {
    std::string path;   // of the endpoint
    std::string body;   // its request, in JSON
    bool files = true;  // look at files, not only at nodes
    bool texts = true;  // with what changes in them

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("path", self.path);
        visit("body", self.body);
        visit("files", self.files);
        visit("texts", self.texts);
    }
};

/// What nodes need before a change reaches them.
struct PlannedNeed {
    std::string need;   // poll, reboot
    Names why;          // "/etc/motd", "kernel.kernelargs"
    std::string nodes;  // folded
    int64_t count = 0;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("need", self.need);
        visit("why", self.why);
        visit("nodes", self.nodes);
        visit("count", self.count);
    }
};

/// The report of the job.
struct PlanReport {
    std::string summary;  // changes of nodes, profiles and overlays, as their command shows them
    std::string fields;   // what nodes get by it, inherited values included
    std::vector<FileDifference> files;
    std::vector<PlannedNeed> needs;
    int64_t nodes = 0;       // looked at
    int64_t changed = 0;     // nodes of which something changes
    bool shortened = false;  // more differs than is told

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("summary", self.summary);
        visit("fields", self.fields);
        visit("files", self.files);
        visit("needs", self.needs);
        visit("nodes", self.nodes);
        visit("changed", self.changed);
        visit("shortened", self.shortened);
    }
};

}  // namespace ww::protocol
