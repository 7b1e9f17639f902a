// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/text_edit.h"

#include "support/catch.h"

using ww::yaml::apply_edits;

TEST_CASE("edits are made where they stand", "[store][text_edit]") {
    CHECK(apply_edits("abc", {}) == "abc");
    CHECK(apply_edits("abc", {{1, 2, "x"}}) == "axc");
    CHECK(apply_edits("a\nb\nc\n", {{4, 6, ""}, {0, 2, "z\n"}}) == "z\nb\n");
    CHECK(apply_edits("a\n", {{2, 2, "b\n"}, {2, 2, "c\n"}}) == "a\nb\nc\n");
}

TEST_CASE("lines come to a text as it ends its own", "[store][text_edit]") {
    CHECK(apply_edits("a", {{1, 1, "b\n"}}) == "a\nb\n");
    CHECK(apply_edits("a\r\nb", {{4, 4, "c\n"}}) == "a\r\nb\r\nc\r\n");
    CHECK(apply_edits("", {{0, 0, "a\n"}}) == "a\n");
}
