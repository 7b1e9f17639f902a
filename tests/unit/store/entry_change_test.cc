// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_change.h"

#include "support/catch.h"

using namespace ww::store;

TEST_CASE("changed entries are those whose text differs", "[store][entry_text]") {
    const std::string a = "nodes:\n  n1: {}\n  n2: {}\n  n3: {}\n";
    const std::string b = "nodes:\n  n0: {}\n  n1: {}\n  n3:\n    comment: x\n";
    const auto before = *SourceFile::read(a, "f");
    const auto changes = changed_entries(*before, **SourceFile::read(b, "f", before.get()));
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].id.name == "n0");
    CHECK_FALSE(changes[0].before);
    CHECK(changes[1].id.name == "n2");
    CHECK_FALSE(changes[1].after);
    CHECK(*changes[2].before == "  n3: {}");
    CHECK(*changes[2].after == "  n3:\n    comment: x");
}

TEST_CASE("what two files share makes no difference to what changed", "[store][entry_text]") {
    const auto before = *SourceFile::read(
        "nodes:\n  n1: {}\n  n2: {}\n  # above n3\n  n3:\n    comment: x\n  n4: {}\n", "f");
    for (const char* text : {
             "nodes:\n  n1: {}\n  n2: {}\n  # above n3\n  n3:\n    comment: x\n  n4: {}\n",
             "nodes:\n  n2: {}\n  n1: {}\n  n4: {}\n  n3:\n    comment: x\n",  // another order
             "nodes:\n  n1: {}\n\n  n2: {}\n  n3:\n    comment: 'x'\n  n4: {}\n",
             "nodeprofiles:\n  n2: {}\nnodes:\n  n0: {}\n  n3:\n    comment: x\n    # y\n  n5: "
             "{}\n",
             "nodeprofiles:\n  n2: {}\n",
             "nodes: {n1: {}, n5: {}}\n",  // as a whole
         }) {
        CAPTURE(text);
        const auto after = *SourceFile::read(text, "f", before.get());
        const auto alone = *SourceFile::read(text, "f");
        const auto all = [](const auto& file) { return EntryTexts(*file); };
        CHECK(changed_entries(*before, *after) ==
              changed_entries(all(before).rows(), all(alone).rows()));
        CHECK(changed_entries(*after, *before) ==
              changed_entries(all(alone).rows(), all(before).rows()));
    }
}
