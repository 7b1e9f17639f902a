// SPDX-License-Identifier: BSD-3-Clause
//
// One writer of the site's files at a time, over all processes: a daemon and private instances.
#pragma once

#include <string>

#include "base/lock_file.h"
#include "base/result.h"

namespace ww::store {

/// The lock, held while the value lives; the file is made if missing. Blocking, up to 30 s.
/// Errors: Unavailable (another program still has it), PermissionDenied, Io.
Result<LockFile> lock_for_writing(const std::string& path);

}  // namespace ww::store
