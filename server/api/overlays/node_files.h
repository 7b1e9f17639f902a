// SPDX-License-Identifier: BSD-3-Clause
//
// The files that nodes get, with where each comes from: of the site as it is, as it was, or as it
// would be. Nothing is built or written. Internal to this layer.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/handlers.h"
#include "overlay/builder.h"
#include "overlay/origins/origins.h"
#include "store/file_change.h"

namespace ww::api {

/// What the history says of files of overlays, as something to look at in their place.
overlay::OtherFiles other_files(const std::vector<store::FileChange>& changes);

/// Any thread.
class NodeFiles {
   public:
    NodeFiles(const Site& site, overlay::SnapshotPtr snapshot, overlay::OtherFiles others = {});

    const nodes::Snapshot& snapshot() const { return *snapshot_; }
    const overlay::OtherFiles& others() const { return finder_.others(); }
    render::RootData root_for(const nodes::Node& node) const;
    /// What one of its archives holds. `node` is in the snapshot. Blocking.
    overlay::Origins of(const nodes::Node& node, overlay::Context context);
    /// The same of any list of overlays.
    overlay::Origins of(const nodes::Node& node, const std::vector<std::string>& overlays);
    /// What stands in a file; nothing if it is not known or too large to be shown.
    overlay::FileTree::Data text_of(const overlay::Brought& brought) const;

   private:
    const Site& site_;
    const overlay::SnapshotPtr snapshot_;
    overlay::OriginFinder finder_;
};

/// Calls `look` for each number below `count`, on several threads, with progress; stops with the
/// job. Errors: Cancelled.
Result<void> for_each_in_job(jobs::Job& job,
                             size_t count,
                             const std::string& phase,
                             const std::function<void(size_t)>& look);

}  // namespace ww::api
