// SPDX-License-Identifier: BSD-3-Clause
//
// Garbage collection of a Store: what no root names goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>

#include "content/store.h"

namespace ww::content {

using Roots = std::set<Digest>;

struct CollectOptions {
    /// Blobs put, or named again, less than this ago stay: somebody who was stopped half-way may
    /// come back for them.
    std::chrono::seconds grace = std::chrono::hours(1);
    bool dry_run = false;  // only count
    std::stop_token stop;
};

struct Collected {
    uint64_t removed = 0;  // blobs
    uint64_t freed = 0;    // bytes of those that had no other name
    uint64_t kept = 0;     // blobs
    uint64_t kept_bytes = 0;
};

/// What notes name (notes.h) stays, and what `roots` says, which is asked once nobody holds the
/// store and nobody new can: it sees whatever a holder has named. If it fails nothing is removed.
/// Waits for holders.
/// Errors: those of `roots`; Cancelled, Io.
Result<Collected> collect(const Store& store,
                          const std::function<Result<Roots>()>& roots,
                          const CollectOptions& options = {});

/// Removes what a writer that was killed left: halves of blobs, and files that had no name yet.
/// Nothing while anybody holds the store. Blocks; what cannot be removed stays.
void clear_unfinished(const std::string& folder);

}  // namespace ww::content
