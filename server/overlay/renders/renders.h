// SPDX-License-Identifier: BSD-3-Clause
//
// Renders: every file a template made is kept with the record of what was read for it, and is given
// again, to this node or another, as long as all of that is the same (design.md §4, "verifying
// traces"). Bounded in memory and on disk; see segments.h for what outlives the process.
//
// Outcomes of one template that read the same places are found by one digest of what is there now,
// so a look costs as much for ten thousand nodes as for one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "overlay/renders/limits.h"
#include "overlay/renders/outcome.h"
#include "render/render.h"
#include "render/site_digests.h"

namespace ww::overlay {

/// Any thread.
class Renders {
   public:
    struct Options {
        std::string folder;  // on disk; empty: only in memory
        /// What outcomes depend on and do not record: outcomes of another one are not used.
        std::string made_by;
        RenderLimits limits;
        std::function<int64_t()> clock;  // Unix seconds
    };
    /// What they are given must outlive them. Reads nothing from disk before the first get().
    Renders(Options options, const render::ImageFiles& images, render::TemplateCache& templates);
    ~Renders();
    Renders(const Renders&) = delete;
    Renders& operator=(const Renders&) = delete;

    /// The template `root` names as its build source, for `root`. `identity`: of the template, at a
    /// look that was after the request. `site` as in render::digest_of(). Blocking. Many who need
    /// the same rendering of something that all nodes share wait for one of them. Errors: as
    /// render::render() and TemplateCache::get().
    Result<OutcomePointer> get(const render::RootData& root,
                               const FileIdentity& identity,
                               render::SiteDigests* site);

    /// What get() would give without rendering; null if that is nothing.
    OutcomePointer find(const render::RootData& root,
                        const FileIdentity& identity,
                        render::SiteDigests* site);

    /// What is new goes to disk, in one write. Blocking.
    void flush();

    /// `as_before`: renders that made what the template had made before. What they had read was
    /// not the same any more, or nobody could foresee it. All others that did not fail made
    /// something new.
    struct Counts {
        uint64_t renders = 0, failed = 0, as_before = 0;
        uint64_t saved = 0, bytes_saved = 0, looked_at = 0;
        uint64_t files = 0, bytes = 0, disk_bytes = 0, evicted = 0;
    };
    Counts counts() const;
    const RenderLimits& limits() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::overlay
