// SPDX-License-Identifier: BSD-3-Clause
#include "render/inputs.h"

#include <unistd.h>

#include "support/catch.h"
#include "support/temp_dir.h"

using ww::render::Inputs;

TEST_CASE("inputs notice a change, an appearance and a disappearance", "[overlay][inputs]") {
    const ww::test::TempDir dir;
    REQUIRE(ww::replace_file(dir / "a", "1"));
    REQUIRE(::symlink("a", (dir / "link").c_str()) == 0);
    Inputs inputs;
    inputs.add(dir / "a");
    inputs.add(dir / "none");
    inputs.add_link(dir / "link");
    inputs.add_below(dir.path(), "/a");
    CHECK(inputs.size() == 4);
    CHECK(inputs.unchanged());

    SECTION("replaced by other bytes of the same length") {
        REQUIRE(ww::replace_file(dir / "a", "2"));
        CHECK_FALSE(inputs.unchanged());
    }
    SECTION("a missing file appears") {
        REQUIRE(ww::replace_file(dir / "none", ""));
        CHECK_FALSE(inputs.unchanged());
    }
    SECTION("a link points elsewhere") {
        REQUIRE(::unlink((dir / "link").c_str()) == 0);
        REQUIRE(::symlink("none", (dir / "link").c_str()) == 0);
        CHECK_FALSE(inputs.unchanged());
    }
    SECTION("a file goes away") {
        REQUIRE(::unlink((dir / "a").c_str()) == 0);
        CHECK_FALSE(inputs.unchanged());
    }
}
