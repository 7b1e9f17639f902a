// SPDX-License-Identifier: BSD-3-Clause
//
// AllNodes: what archives read of all nodes, or of single others. The places are kept once for all
// archives that read the same ones, and what is there once for the snapshot that is served.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "config/config.h"
#include "nodes/snapshot.h"
#include "render/site_digests.h"

namespace ww::overlay {

/// Any thread.
class AllNodes {
   public:
    using Snapshot = std::shared_ptr<const nodes::Snapshot>;
    using Places = std::shared_ptr<const std::vector<render::Path>>;

    /// `conf` must outlive it.
    explicit AllNodes(const config::WarewulfConf& conf) : conf_(conf) {}

    /// Of the newest snapshot; null for others, of which nothing is kept.
    std::shared_ptr<render::SiteDigests> digests(const Snapshot& snapshot) const;
    /// Of what is at these places; empty if there are none.
    std::string digest(const Snapshot& snapshot, const std::vector<render::Path>& places) const;
    /// One copy for all archives that read the same.
    Places shared(std::vector<render::Path> places);

   private:
    const config::WarewulfConf& conf_;
    mutable Guarded<std::shared_ptr<render::SiteDigests>> latest_;
    Guarded<std::vector<Places>> shared_;
};

}  // namespace ww::overlay
