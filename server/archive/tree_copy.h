// SPDX-License-Identifier: BSD-3-Clause
//
// Copies a root file system as it is: owners, modes, times, hard links, holes, devices, FIFOs,
// sockets, and the attributes a node can use. Shares blocks where the file system can (reflink).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/confined_dir.h"
#include "base/result.h"

namespace ww::archive {

struct TreeCopyOptions {
    std::stop_token stop;
    /// Called for each name and every few megabytes of a large file, with the names and bytes of
    /// files copied so far.
    std::function<void(uint64_t entries, uint64_t bytes)> progress;
    /// What is mounted below `from` is left out, its mount points too.
    bool one_file_system = false;
};

/// Makes everything below `from` also below `to`, and gives `to` the owner, mode and times of
/// `from`. What `to` has already stays, unless it is in the way: a folder meets a folder, anything
/// else is replaced. `to` must be the caller's alone; it may lie below `from` and is then left out.
/// Errors: Io, PermissionDenied (owners and devices need root), Conflict (a file shrank),
/// Cancelled.
Result<void> copy_tree(const ConfinedDir& from,
                       const ConfinedDir& to,
                       const TreeCopyOptions& options = {});

}  // namespace ww::archive
