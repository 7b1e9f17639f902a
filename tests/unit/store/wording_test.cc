// SPDX-License-Identifier: BSD-3-Clause
#include "store/wording.h"

#include "nodes/reader.h"
#include "support/catch.h"

using namespace ww::nodes;
using namespace ww::store;

TEST_CASE("wording is put where the entry stands", "[store][entry_text]") {
    const std::string text = "nodes:\n  n1:\n    comment: x\n  n2: {}\n";
    const Registry registry = read_nodes(text, "f")->registry;
    const EntryId n1{ww::fields::EntryKind::Node, "n1"};
    CHECK(with_wording(text, registry, {{n1, {}, "  n1:\n    # y\n    comment: 'x'"}}) ==
          "nodes:\n  n1:\n    # y\n    comment: 'x'\n  n2: {}\n");
    // Of another depth: stays.
    CHECK(with_wording(text, registry, {{n1, {}, "n1: {comment: x}"}}) == text);
}
