// SPDX-License-Identifier: BSD-3-Clause
//
// Fixtures in a line of shell, and other programs' opinion of what we wrote. For tests only: they
// make up both the command and what it works on.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "support/catch.h"

namespace ww::test {

/// Runs `command`; the test fails if it does.
inline void shell(const std::string& command) {
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);  // lint: system, a fixture is clearest as shell
}

inline bool have_program(const std::string& name) {
    const std::string look = "command -v " + name + " >/dev/null 2>&1";
    return std::system(look.c_str()) == 0;  // lint: system, as above
}

/// What `command` prints.
inline std::string output_of(const std::string& command) {
    INFO(command);
    FILE* const stream = ::popen(command.c_str(), "r");  // lint: system, as above
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(stream, &::pclose);
    REQUIRE(pipe);
    std::string text;
    char buffer[4096];
    while (const size_t got = ::fread(buffer, 1, sizeof buffer, pipe.get()))
        text.append(buffer, got);
    return text;
}

}  // namespace ww::test
