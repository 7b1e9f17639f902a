// SPDX-License-Identifier: BSD-3-Clause
//
// One run of wwctl, from its words to its exit status.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ctl/output.h"

namespace ww::ctl {

/// `words` without the program's name. Never throws, never exits.
int run(const std::vector<std::string>& words, Output& output);

struct Command;
class FlagValues;
/// Errors: InvalidArgument, naming those that are missing.
Result<void> check_required(const Command& command, const FlagValues& flags);

}  // namespace ww::ctl
