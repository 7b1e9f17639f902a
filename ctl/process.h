// SPDX-License-Identifier: BSD-3-Clause
//
// Other programs on the caller's behalf: an editor on the terminal, ssh with its output kept.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ww::ctl {

struct Finished {
    int exit_status = 0;  // 128 + number for a signal
    std::string output;   // only captured ones
    std::string errors;
};

/// Blocks until the program ends. The first word is looked up in PATH; stdin is ours. Errors:
/// NotFound, PermissionDenied, Io, when it cannot be started.
Result<Finished> run_program(const std::vector<std::string>& words);
/// The same with stdout and stderr kept.
Result<Finished> capture_program(const std::vector<std::string>& words);

}  // namespace ww::ctl
