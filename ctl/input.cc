// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/input.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"

namespace ww::ctl {

Result<std::string> read_input(const std::string& path) {
    return path == "-" ? read_fd(STDIN_FILENO, input_name(path)) : read_to_the_end(path);
}

// Not read_file(): what a shell makes of <(command) is a pipe.
Result<std::string> read_to_the_end(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    return read_fd(fd.get(), path);
}

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace ww::ctl
