// SPDX-License-Identifier: BSD-3-Clause
#include "render/text_functions.h"

#include "support/catch.h"

using namespace ww::render;

TEST_CASE("systemd escaping", "[overlay][functions]") {
    CHECK(systemd_escape("foo-bar/baz") == "foo\\x2dbar-baz");
    CHECK(systemd_escape("/") == "-");
    CHECK(systemd_escape("").empty());
    CHECK(systemd_escape("/.a/b//c/") == "-.a-b--c-");
    CHECK(systemd_escape("/é") == "-\\xc3\\xa9");
    CHECK(systemd_escape("a\tb") == "a\\x9b");
    CHECK(systemd_escape_path("/dev/disk/by-partlabel/x y") == "dev-disk-by\\x2dpartlabel-x\\x20y");
    CHECK(systemd_escape_path("/.a/b//c/") == "\\x2ea-b-c");
    CHECK(systemd_escape_path("/") == "-");
    CHECK(systemd_escape_path("") == "-");
}

TEST_CASE("unique fields: the first line of a value stays", "[overlay][functions]") {
    CHECK(*unique_field(":", 0, "a:1\nb:2\na:3\n") == "a:1\nb:2\n");
    CHECK(*unique_field(":", 1, "a:1\n\nb\nc:1\nd:\ne:") == "a:1\n\nb\nd:\ne:");
    CHECK(*unique_field(":", 0, "") == "");
    CHECK_FALSE(unique_field(":", -1, "a"));
}

TEST_CASE("the block before a marker", "[overlay][functions]") {
    CHECK(block_before("a\r\nb\n# end here\nc\n", "# end") == "a\nb\n# end");
    CHECK(block_before("a\nb", "# end") == "a\nb\n# end");
    CHECK(block_before("", "# end") == "# end");
    const std::string line(100000, 'x');
    CHECK(block_before(line + "\ny\n# end\n", "# end") == line + "\ny\n# end");
}
