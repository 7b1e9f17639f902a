// SPDX-License-Identifier: BSD-3-Clause
//
// The last thing each node was sent: what `wwctl node status` shows. In memory only, lost at a
// restart. Source: reference/http.md §4.1.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/guarded.h"
#include "boot/ask.h"
#include "store/snapshot.h"

namespace ww::boot {

/// Any thread.
class StatusBoard {
   public:
    void record(const Record& record, int64_t unix_seconds);
    /// Forgets nodes the snapshot does not have, and the entry of unknown nodes.
    void retain(const store::Snapshot& snapshot);
    /// Every node of the snapshot, never-seen ones with zero values, and, once there was one, the
    /// entry "" of unknown nodes. Two-space indent, sorted by name, no newline at the end.
    std::string to_json(const store::Snapshot& snapshot) const;

   private:
    struct Seen {
        std::string stage;
        std::string sent;
        std::string peer_address;
        int64_t last_seen = 0;
    };
    Guarded<std::map<std::string, Seen, std::less<>>> seen_;
};

}  // namespace ww::boot
