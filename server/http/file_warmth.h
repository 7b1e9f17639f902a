// SPDX-License-Identifier: BSD-3-Clause
//
// Keeps io threads from waiting for a disk: before a slice of a file is sent, asks the kernel
// whether it is in memory, and has the work pool read it in if it is not.
#pragma once

#include "http/task.h"
#include "http/transport.h"

namespace ww::http {

/// Returns when the slice is (most likely) in the page cache. At once if it is, if the file system
/// cannot tell, or if the pool is null or full.
Task<void> warm(WorkPool* pool, FileSlice slice);

}  // namespace ww::http
