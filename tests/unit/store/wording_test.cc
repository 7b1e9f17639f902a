// SPDX-License-Identifier: BSD-3-Clause
#include "store/wording.h"

#include "support/catch.h"

using namespace ww::store;

TEST_CASE("wording is put where the entry stands", "[store][entry_text]") {
    const std::string text = "nodes:\n  n1:\n    comment: x\n  n2: {}\n";
    const auto file = *SourceFile::read(text, "f");
    const EntryId n1{ww::fields::EntryKind::Node, "n1"};
    CHECK(with_wording(*file, {{n1, {}, "  n1:\n    # y\n    comment: 'x'"}}) ==
          "nodes:\n  n1:\n    # y\n    comment: 'x'\n  n2: {}\n");
    // Of another depth: stays.
    CHECK(with_wording(*file, {{n1, {}, "n1: {comment: x}"}}) == text);
}
