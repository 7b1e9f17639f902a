// SPDX-License-Identifier: BSD-3-Clause
//
// One daemon per site: a lock that is held while the process lives. (Writers of the store have
// another lock of their own, which a private wwd takes too.)
#pragma once

#include <string>

#include "base/lock_file.h"
#include "base/result.h"

namespace ww::daemon {

/// Makes the run-time folder if need be. Errors: FailedPrecondition (another daemon serves the
/// site), PermissionDenied, Io.
Result<LockFile> lock_site(const std::string& run_folder);

}  // namespace ww::daemon
