// SPDX-License-Identifier: BSD-3-Clause
//
// Fields have one name in lists and templates and another in changes; one leads to the other.
#include <algorithm>

#include "nodes/diff.h"
#include "nodes/field_lister.h"
#include "support/catch.h"
#include "support/one_field.h"

using namespace ww::nodes;

TEST_CASE("every field that is listed leads to the path its change is told by", "[nodes][diff]") {
    for (const FieldKeys& field : field_keys()) {
        CAPTURE(field.keys);
        const Node node = ww::test::with_one_field(field);
        const auto changes = diff(Node(), node);
        REQUIRE(changes.size() == 1);
        const auto listed = own_fields(node);
        REQUIRE(listed.size() == 1);
        CHECK(change_path(listed[0].name) == changes[0].path);
    }
}

TEST_CASE("a key keeps its dots and its case on the way to a path", "[nodes][diff]") {
    CHECK(change_path("NetDevs[Eth0.100].Tags[A.b]") == "netdevs[Eth0.100].tags[A.b]");
    CHECK(change_path("Kernel.Args") == "kernel.kernelargs");
    CHECK(change_path("Tags[x]") == "tags[x]");
}
