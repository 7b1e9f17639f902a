// SPDX-License-Identifier: BSD-3-Clause
#include "base/kept_copy.h"

#include <sys/stat.h>

#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

TEST_CASE("kept copies are never overwritten", "[base][file]") {
    const ww::test::TempDir folder;
    const std::string path = folder / "nodes.conf";
    const auto put = [&](const char* text) { REQUIRE(ww::replace_file(path, text, 0640)); };
    const auto keep = [&] {
        const auto name = ww::keep_copy(path);
        return name ? name->substr(path.size()) : name.error().describe();
    };
    put("one");
    CHECK(keep() == "-old");
    CHECK(*ww::read_file(path + "-old") == "one");
    struct stat status{};
    REQUIRE(::stat((path + "-old").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    // What is kept already needs no second copy.
    CHECK(keep() == "-old");
    put("two");
    CHECK(keep() == "-old.1");
    put("three");
    CHECK(keep() == "-old.2");
    put("two");
    CHECK(keep() == "-old.1");
    CHECK(*ww::read_file(path + "-old") == "one");
    CHECK(*ww::read_file(path) == "two");
}

TEST_CASE("of a file that is not there no copy is kept", "[base][file]") {
    const ww::test::TempDir folder;
    const auto name = ww::keep_copy(folder / "none");
    REQUIRE_FALSE(name);
    CHECK(name.error().code() == ww::ErrorCode::NotFound);
}
