// SPDX-License-Identifier: BSD-3-Clause
//
// SiteDigests: what templates read of all nodes of one snapshot, one digest for each path. Read
// once, however many nodes' files depend on it; after an edit only the nodes that are not the same
// any more are read again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "nodes/snapshot.h"
#include "render/trace.h"

namespace ww::render {

/// Paths whose digests are kept. Stock overlays read six; of one more it is computed anew each time
/// it is asked for.
inline constexpr size_t kMaxColumns = 256;

/// Any thread.
class SiteDigests {
   public:
    /// `previous`: of an earlier snapshot that shares nodes with this one; null: there is none.
    explicit SiteDigests(std::shared_ptr<const nodes::Snapshot> snapshot,
                         const SiteDigests* previous = nullptr);
    ~SiteDigests();
    SiteDigests(const SiteDigests&) = delete;
    SiteDigests& operator=(const SiteDigests&) = delete;

    const nodes::Snapshot& snapshot() const { return *snapshot_; }

    /// 32 bytes. `path` is_of_all_nodes(). Blocks while it is computed: for 10,000 nodes a few
    /// milliseconds the first time, and a fraction of one after an edit of some of them.
    std::string digest(const Path& path);
    /// Nothing where that would have to be computed.
    std::optional<std::string> known(const Path& path) const;

    /// How many values of single nodes were read so far.
    uint64_t values_read() const;

   private:
    struct State;
    std::shared_ptr<const nodes::Snapshot> snapshot_;
    std::unique_ptr<State> state_;
};

}  // namespace ww::render
