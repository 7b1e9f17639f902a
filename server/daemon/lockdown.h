// SPDX-License-Identifier: BSD-3-Clause
//
// How the front gives up its power: before it reads a byte from anybody it stops being root, and
// once its ports are open it gives up the rest. What it needs afterwards comes as descriptors.
#pragma once

#include "base/result.h"

namespace ww::daemon {

/// Becomes user `wwd`, or `nobody` where there is none, with no capability but CAP_NET_BIND_SERVICE
/// and no way to get another. Someone who is not root stays who he is. Call with a single thread.
/// Errors: Io, NotFound (neither user exists); then the process must not go on.
Result<void> give_up_root();

/// Drops the last capability and forbids opening any file, creating sockets, running programs,
/// entering namespaces and making memory executable.
/// What the kernel is too old for is left out; the user and the lack of capabilities remain.
/// Call with a single thread: threads started later inherit it. Errors: Io.
Result<void> seal();

}  // namespace ww::daemon
