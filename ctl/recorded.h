// SPDX-License-Identifier: BSD-3-Clause
//
// The command line as the history of a site shows it: passwords and keys hidden.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/flag.h"

namespace ww::ctl {

/// `words`: without the program's name. `flags`: those the command knows.
std::string recorded_command(const std::vector<std::string>& words, const FlagValues& flags);

}  // namespace ww::ctl
