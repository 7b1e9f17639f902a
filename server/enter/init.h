// SPDX-License-Identifier: BSD-3-Clause
//
// The first process inside: makes the root, starts the command, and stays until that has ended, as
// the parent of whatever loses its own. When it goes, the kernel ends everything inside.
#pragma once

#include <csignal>

#include "enter/plan.h"

namespace ww::enter {

struct InitOptions {
    int channel = -1;
    bool interactive = false;  // the command gets the terminal, in a process group of its own
    sigset_t signals{};        // those blocked for the command
};

/// For the child of a clone() with new mount, process id, host name and IPC namespaces, and a new
/// network one unless the plan says otherwise. Does not return.
[[noreturn]] void run_inside(const Plan& plan, const Command& command, const InitOptions& options);

}  // namespace ww::enter
