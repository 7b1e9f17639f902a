// SPDX-License-Identifier: BSD-3-Clause
//
// How much of what was rendered is kept, with the reasons.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace ww::overlay {

struct RenderLimits {
    /// Of memory, for contents and what is known of them. The stock overlays take 12 KiB a node, so
    /// this is enough for 20,000; the least recently used go first, and are rendered again.
    size_t memory_bytes = size_t{256} << 20;

    /// Of this process' file on disk; one that would be larger is written anew with what was used
    /// last, half as much. And of all files together that are read at the start.
    size_t disk_bytes = size_t{512} << 20;

    /// Sets of places that outcomes of one template read. Each is a digest to compute when
    /// something is looked for; a template that reads other places for each node is rendered again
    /// instead.
    size_t shapes = 64;

    /// Contents of which it is known since when they are what they are, also those that are not
    /// kept. Each takes 64 bytes; the stock overlays make 12 for a node.
    size_t content_times = size_t{1} << 18;

    /// Files on disk of processes that have ended, before they are made one.
    size_t segments = 8;
};

/// Whether "NAME=VALUE" is about one of these that can be set.
bool is_render_limit(std::string_view assignment);
/// Changes one: "render_memory_bytes=100000000", "render_disk_bytes=...". Errors: InvalidArgument.
Result<void> set_limit(RenderLimits& limits, std::string_view assignment);

}  // namespace ww::overlay
