// SPDX-License-Identifier: BSD-3-Clause
//
// One run of a command of Warewulf 3: its line is translated, what it stands for is shown and run.
#pragma once

#include <string>
#include <vector>

#include "ctl/output.h"

namespace ww::ctl::warewulf3 {

/// `program`: the name it was called by; `words`: without it. Returns the exit status. Never
/// throws, never exits.
int run(const std::string& program, std::vector<std::string> words, Output& output);

}  // namespace ww::ctl::warewulf3
