// SPDX-License-Identifier: BSD-3-Clause
//
// The front process: owns every TCP socket, speaks HTTP with anybody, and knows nothing but how to
// ask. Not root, and blind to the file system (see lockdown.h).
#pragma once

#include "base/file.h"

namespace ww::daemon {

/// Runs until the main process says so or has gone; the process's exit status. `channel`: the
/// front's end of the socketpair.
int run_front(UniqueFd channel);

}  // namespace ww::daemon
