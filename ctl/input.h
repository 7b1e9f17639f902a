// SPDX-License-Identifier: BSD-3-Clause
//
// Files a user names on the command line, "-" being standard input.
#pragma once

#include <string>

#include "base/result.h"

namespace ww::ctl {

/// A file or a pipe, whatever it is called. Errors: NotFound, PermissionDenied, TooLarge, Io.
Result<std::string> read_to_the_end(const std::string& path);
/// The same, or standard input.
Result<std::string> read_input(const std::string& path);
/// How messages call it.
std::string input_name(const std::string& path);

}  // namespace ww::ctl
