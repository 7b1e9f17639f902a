// SPDX-License-Identifier: BSD-3-Clause
//
// The last thing each node was sent: what `wwctl node status` shows. In memory only, lost at a
// restart. Source: reference/http.md §4.1.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "boot/ask.h"
#include "nodes/snapshot.h"

namespace ww::boot {

/// What one node was sent last; empty and 0 if it was never seen.
struct LastSent {
    std::string node;  // id; empty for unknown nodes
    std::string stage;
    std::string sent;
    std::string peer_address;
    int64_t unix_seconds = 0;
};

/// Any thread.
class StatusBoard {
   public:
    StatusBoard();
    ~StatusBoard();
    void record(const Record& record, int64_t unix_seconds);
    /// Prefetches the rows of these nodes; null ones are left out. A hint, no effect.
    void read_ahead(std::span<const nodes::Node* const> nodes) const;

    /// Grows whenever what list() gives may be another.
    uint64_t changes() const;

    /// Forgets nodes the snapshot does not have and, if told so, the entry of unknown nodes.
    void retain(const nodes::Snapshot& snapshot, bool forget_unknown);
    /// Every node of the snapshot, never-seen ones too, and, once there was one, the entry "" of
    /// unknown nodes; sorted by name.
    std::vector<LastSent> list(const nodes::Snapshot& snapshot) const;
    /// The same as JSON. Two-space indent, no newline at the end.
    std::string to_json(const nodes::Snapshot& snapshot) const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::boot
