// SPDX-License-Identifier: BSD-3-Clause
//
// Overlay archives of nodes as they travel: having them made, and fetching them.
#pragma once

#include <optional>

#include "protocol/problem.h"
#include "protocol/types.h"

namespace ww::protocol {

struct OverlayBuildRequest {
    Names nodes;          // patterns; none: all nodes
    int64_t workers = 0;  // nodes built at once; 0 or less: one per processor
    bool detach = false;
    bool keep_last_good = false;  // while one cannot be made, its last good one is sent
    bool sizes = false;           // nothing is written; the report is an OverlaySizesReport

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("nodes", self.nodes);
        visit("workers", self.workers);
        visit("detach", self.detach);
        visit("keep_last_good", self.keep_last_good);
        visit("sizes", self.sizes);
    }
};

struct OverlayArchiveSize {
    std::string node;
    std::string context;  // system, runtime
    int64_t plain = 0;    // bytes
    int64_t packed = 0;   // of its gzip form

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("context", self.context);
        visit("plain", self.plain);
        visit("packed", self.packed);
    }
};

/// Of the archives that could be made; and the first of those that could not.
struct OverlaySizesReport {
    std::vector<OverlayArchiveSize> archives;
    std::optional<Problem> failure;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("archives", self.archives);
        visit("failure", self.failure);
    }
};

/// A part of an archive: the first of what it is now, or a later one of what the first was of.
struct OverlayArchiveRequest {
    std::string node;
    std::string context;
    bool packed = false;
    std::string digest;  // of the first part's reply; empty: this is the first
    int64_t offset = 0;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("context", self.context);
        visit("packed", self.packed);
        visit("digest", self.digest);
        visit("offset", self.offset);
    }
};

struct OverlayArchivePart {
    std::string digest;
    int64_t size = 0;   // of the whole
    std::string bytes;  // none: it ends here

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("digest", self.digest);
        visit("size", self.size);
        visit("bytes", self.bytes);
    }
};

}  // namespace ww::protocol
