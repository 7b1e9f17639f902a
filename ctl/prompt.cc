// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/prompt.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "ctl/output.h"

namespace ww::ctl {

namespace {

/// Byte by byte: what follows the line belongs to whoever reads stdin next.
std::string read_line() {
    std::string line;
    char c = 0;
    while (::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') line += c;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace

bool confirm(std::string_view label) {
    if (label.ends_with('?')) label.remove_suffix(1);
    if (colours_wanted())
        fmt::print("\x1b[1;34m?\x1b[0m \x1b[1m{}?\x1b[0m \x1b[2m[y/N]\x1b[0m ", label);
    else
        fmt::print("? {}? [y/N] ", label);
    std::fflush(stdout);
    const std::string answer = read_line();
    if (::isatty(STDIN_FILENO) == 0) fmt::print("\n");
    return answer == "y" || answer == "yes";
}

}  // namespace ww::ctl
