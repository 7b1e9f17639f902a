// SPDX-License-Identifier: BSD-3-Clause
//
// Files a user names on the command line, "-" being standard input.
#pragma once

#include <string>

#include "base/result.h"

namespace ww::ctl {

/// Errors: those of read_file().
Result<std::string> read_input(const std::string& path);
/// How messages call it.
std::string input_name(const std::string& path);

}  // namespace ww::ctl
