// SPDX-License-Identifier: BSD-3-Clause
//
// Names of files that shall be, or be gone, after a power failure, too. What a file holds is made
// so by fsync(2) of the file; its name only by that of its folder.
#pragma once

#include <string>

#include "base/result.h"

namespace ww::store {

/// Makes the name of this file, or that it is gone, durable. Blocking. Errors: Io.
Result<void> sync_name(const std::string& path);

/// Removes a file so that it does not come back. Blocking. What fails is only logged.
void remove_durably(const std::string& path);

}  // namespace ww::store
