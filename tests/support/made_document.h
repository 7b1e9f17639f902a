// SPDX-License-Identifier: BSD-3-Clause
//
// Documents that are made from tables. A test makes them anew and compares; with WW_ACCEPT=1 it
// writes the file and fails, so that somebody looks at it.
#pragma once

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "support/catch.h"

namespace ww::test {

/// `path` below the source folder; `program` is the test that is to be run to write it.
inline void check_made(const std::string& path,
                       const std::string& made,
                       const std::string& program) {
    const std::string file = WW_SOURCE_DIR "/" + path;
    const auto committed = read_file(file);
    if (std::getenv("WW_ACCEPT") != nullptr) {
        if (committed && *committed == made) return;
        REQUIRE(replace_file(file, made, 0644));
        FAIL(path + " was written anew; look at it, then run the test again");
    }
    REQUIRE(committed);
    const bool same = *committed == made;
    INFO("WW_ACCEPT=1 build/dev/bin/" + program + " \"[reference]\" writes it anew");
    CHECK(same);
}

}  // namespace ww::test
