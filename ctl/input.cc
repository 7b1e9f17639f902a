// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/input.h"

#include <unistd.h>

#include "base/file.h"

namespace ww::ctl {

Result<std::string> read_input(const std::string& path) {
    return path == "-" ? read_fd(STDIN_FILENO, input_name(path)) : read_file(path);
}

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace ww::ctl
