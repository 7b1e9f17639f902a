// SPDX-License-Identifier: BSD-3-Clause
//
// Puts together the tree that becomes "/" inside: the image, where it lacks mount points or is to
// show a node's overlays with an overlay file system over it, then the kernel's folders and the
// binds. Everything is mounted in the namespace of whoever calls and made in memory, so it all goes
// with that one, also when it is killed, and the image never has what it was only lent.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "enter/plan.h"

namespace ww::enter {

/// For what is passed over.
using Warn = std::function<void(const std::string&)>;

/// For a process with a mount namespace of its own; its root is the image's then. Opened
/// descriptors stay. Errors: NotFound (no such image), Unprocessable, Io, PermissionDenied.
Result<void> enter_root(const Plan& plan, const Warn& warn);

/// Outside, when nobody is inside any more: removes what an overlay file system leaves of itself
/// beside and in the image. For the holder of the image.
void clear_traces(const Plan& plan);

}  // namespace ww::enter
