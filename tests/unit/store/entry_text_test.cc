// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_text.h"

#include "support/catch.h"

using namespace ww::store;

namespace {

std::shared_ptr<const SourceFile> file_of(const std::string& text) {
    return *SourceFile::read(text, "nodes.conf");
}

std::string text_of(const std::string& text, const std::string& node) {
    const auto file = file_of(text);
    const EntryTexts texts(*file);
    const auto* row = texts.find({ww::fields::EntryKind::Node, node});
    return row == nullptr ? "none" : std::string(row->text);
}

}  // namespace

TEST_CASE("an entry's text is its lines, with the comments in and below it",
          "[store][entry_text]") {
    const std::string text =
        "# top\nnodeprofiles:\n  p: {comment: x}\nnodes:\n  # of n1\n  n1:\n    # in n1\n\n"
        "    comment: |\n      a\n\n      # no comment\n    # below\n  # of n2\n  \"n 2\": {}\n  "
        "'n:3':\n";
    CHECK(text_of(text, "n1") ==
          "  n1:\n    # in n1\n\n    comment: |\n      a\n\n      # no comment\n    # below");
    CHECK(text_of(text, "n 2") == "  \"n 2\": {}");
    CHECK(text_of(text, "n:3") == "  'n:3':");
    CHECK(text_of(text, "n4") == "none");
}

TEST_CASE("what has no lines of its own is given as it would be written", "[store][entry_text]") {
    CHECK(text_of("nodes: {n1: {comment: x}}\n", "n1") == "n1:\n  comment: x");
    // An alias says nothing without its anchor; an anchor does.
    const std::string anchors =
        "nodes:\n  n1: &a\n    comment: x\n  n2: *a\n  n3: {comment: \"*\"}\n";
    CHECK(text_of(anchors, "n1") == "  n1: &a\n    comment: x");
    CHECK(text_of(anchors, "n2") == "n2:\n  comment: x");
    CHECK(text_of(anchors, "n3") == "  n3: {comment: \"*\"}");
}

TEST_CASE("every text reads as its entry", "[store][entry_text]") {
    const std::string text =
        "nodes:\r\n  n1:\r\n    comment: x\r\n    tags: {a: b}\r\n  n2:\r\n    comment: y";
    const auto file = file_of(text);
    const EntryTexts texts(*file);
    REQUIRE(texts.rows().size() == 2);
    for (const auto& row : texts.rows())
        CHECK(*read_node_text({row.kind, std::string(row.name)}, row.text) ==
              file->registry().nodes.at(std::string(row.name)));
    CHECK_FALSE(read_node_text({ww::fields::EntryKind::Node, "other"}, "n1: {}"));
}
