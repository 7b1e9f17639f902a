// SPDX-License-Identifier: BSD-3-Clause
//
// Garbage collection of images: generations that nobody needs, then bytes that nothing names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "content/collect.h"
#include "image/generations/history.h"
#include "image/image.h"

namespace ww::image {

inline constexpr size_t kGenerationsKept = 3;

struct GcOptions {
    size_t newest = kGenerationsKept;  // of each tree so many stay in any case
    /// Those of a tree that stay, too: pinned, or booted by a node.
    std::function<std::set<uint64_t>(const Variant& tree)> needed;
    std::chrono::seconds grace = content::CollectOptions().grace;
    bool dry_run = false;  // only tell what would go; of collect_garbage()
    std::stop_token stop;
};

/// Forgets generations but the newest, the needed and the served one. The numbers of those that
/// went; their bytes go with the next collection. For the holder of the image's SourceLock.
/// Errors: Unprocessable (the history is damaged), Io.
Result<std::vector<uint64_t>> forget_generations(const Images& images,
                                                 const Variant& tree,
                                                 const GcOptions& options);

struct GcOutcome {
    std::vector<std::pair<Variant, std::vector<uint64_t>>> forgotten;
    content::Collected collected;
};

/// All trees, and histories of images that are no more (which are not told). Waits for builds and
/// imports under way. Errors: as forget_generations(); Cancelled. What was forgotten until then is
/// forgotten.
Result<GcOutcome> collect_garbage(const Images& images, const GcOptions& options);

/// The second half: bytes that no generation and no import names. With a stop requested from the
/// start it only tries. Errors: Cancelled, Io, Unprocessable (a history is damaged; nothing is
/// removed then).
Result<content::Collected> collect_content(const Images& images,
                                           const content::CollectOptions& options);

}  // namespace ww::image
