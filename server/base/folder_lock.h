// SPDX-License-Identifier: BSD-3-Clause
//
// A lock on a folder: works between processes, needs no file, and goes with its holder. Source:
// flock(2).
#pragma once

#include <stop_token>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ww {

enum class LockKind {
    Shared,     // beside other shared ones
    Exclusive,  // alone
};

/// The lock is held until the descriptor is closed. Waits for others, looking every 50 ms; with a
/// stop requested from the start it only tries. Errors: NotFound (`folder` is not there, or went
/// away meanwhile), Cancelled, Io.
Result<UniqueFd> lock_folder(const std::string& folder,
                             LockKind kind,
                             const std::stop_token& stop = {});

}  // namespace ww
