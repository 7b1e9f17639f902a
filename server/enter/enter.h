// SPDX-License-Identifier: BSD-3-Clause
//
// Runs a command inside an image, on the caller's terminal, with the caller's rights, in namespaces
// of its own. Nothing of it outlives the caller: a killed one leaves no mount and no process.
#pragma once

#include <functional>
#include <string>

#include "base/process.h"
#include "base/result.h"
#include "enter/plan.h"

namespace ww::enter {

/// Blocks until the command has ended. Signals that come meanwhile are the command's; a stopped
/// command stops the caller, too. `warn` takes what is passed over. For a process of one thread;
/// the image is the caller's to hold. Errors: PermissionDenied (only root may), NotFound (no such
/// program in the image), Unprocessable, Io.
Result<Exit> run(const Plan& plan,
                 const Command& command,
                 const std::function<void(const std::string&)>& warn);

}  // namespace ww::enter
