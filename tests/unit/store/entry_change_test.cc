// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_change.h"

#include "nodes/reader.h"
#include "support/catch.h"

using namespace ww::nodes;
using namespace ww::store;

TEST_CASE("changed entries are those whose text differs", "[store][entry_text]") {
    const std::string a = "nodes:\n  n1: {}\n  n2: {}\n  n3: {}\n";
    const std::string b = "nodes:\n  n0: {}\n  n1: {}\n  n3:\n    comment: x\n";
    const Registry before = read_nodes(a, "f")->registry;
    const Registry after = read_nodes(b, "f")->registry;
    const auto changes = changed_entries(EntryTexts(a, before).rows(), EntryTexts(b, after).rows());
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].id.name == "n0");
    CHECK_FALSE(changes[0].before);
    CHECK(changes[1].id.name == "n2");
    CHECK_FALSE(changes[1].after);
    CHECK(*changes[2].before == "  n3: {}");
    CHECK(*changes[2].after == "  n3:\n    comment: x");
}
