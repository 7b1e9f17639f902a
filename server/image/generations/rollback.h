// SPDX-License-Identifier: BSD-3-Clause
//
// Serves an earlier generation of an image again.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "base/progress.h"
#include "image/generations/history.h"
#include "image/image.h"

namespace ww::image {

struct RollbackOptions {
    std::optional<uint64_t> generation;  // none: the one before the one that is served
    std::stop_token stop;
    /// Of the unpacked archive. On the calling thread.
    ProgressSink progress;
};

/// Makes both served files out of the kept one, checks them, and puts them in place by renaming:
/// who is downloading finishes what he began. The tree stays as it is, and the next build is of it.
/// The generation that is served then. Errors: NotFound (no such generation), Unprocessable (its
/// bytes are damaged), FailedPrecondition (there is none before), Io, Cancelled.
Result<Generation> roll_back(const Images& images,
                             const Variant& tree,
                             const RollbackOptions& options = {});

}  // namespace ww::image
