// SPDX-License-Identifier: BSD-3-Clause
#include "store/outline.h"

#include "support/catch.h"

using namespace ww::store;

namespace {

std::vector<std::string_view> pieces(std::string_view text) {
    const auto outline = outline_of(text);
    std::vector<std::string_view> out;
    if (!outline.is_plain) return out;
    const auto add = [&](const std::optional<OutlineSection>& section) {
        if (!section) return;
        const auto piece = [&](const OutlineBlock& at) {
            out.push_back(text.substr(at.begin, at.end - at.begin));
        };
        piece(section->header);
        for (const OutlineEntry& entry : section->entries) piece(entry.block);
    };
    add(outline.profiles);
    add(outline.nodes);
    return out;
}

}  // namespace

TEST_CASE("an outline tells entries apart", "[store][outline]") {
    using Pieces = std::vector<std::string_view>;
    CHECK(pieces("# top\nnodes: # n\n  # first\n  a:\n    x: 1\n\n  # b is\n  \"b\": {}\n# end\n"
                 "nodeprofiles: {}\n") == Pieces{"nodeprofiles: {}\n",
                                                 "nodes: # n\n  # first\n",
                                                 "  a:\n    x: 1\n\n  # b is\n",
                                                 "  \"b\": {}\n# end\n"});
    CHECK(pieces("nodes:\n    a: |\n      b:\n  # x\n    c: d") ==
          Pieces{"nodes:\n", "    a: |\n      b:\n  # x\n", "    c: d"});
    const auto outline = outline_of("\n---\nnodes:\n  a: {}\n  b: {}\n");
    REQUIRE(outline.is_plain);
    CHECK(outline.nodes->header.line == 3);
    CHECK(outline.nodes->entries[1].block.line == 5);
}

TEST_CASE("what is not plain to see is not read entry by entry", "[store][outline]") {
    for (const char* text : {"",
                             "# x\n",
                             "nodes: {a: {}}\n",
                             "nodes: []\n",
                             "nodes:x\n",
                             "nodes: &n\n",
                             "other:\nnodes:\n",
                             "nodes:\nnodes:\n",
                             "  a: {}\n",
                             "nodes:\n  a: {}\n b: {}\n",
                             "nodes:\n  - a\n",
                             "nodes:\n  ? a\n",
                             "nodes:\n  <<: {}\n",
                             "nodes:\n  *a : {}\n",
                             "nodes:\n  !x a: {}\n",
                             "nodes:\n\ta: {}\n",
                             "nodes: {}\n  a: {}\n",
                             "nodes:\n---\n",
                             "---\n---\nnodes:\n",
                             "%YAML 1.1\n---\nnodes:\n",
                             "nodes:\n..."}) {
        INFO(text);
        CHECK_FALSE(outline_of(text).is_plain);
    }
}

TEST_CASE("whose a comment is", "[store][outline]") {
    struct Row {
        const char* text;
        const char* own;  // of n1
    };
    const Row rows[] = {
        // Above and below, as deep as the key or less: nobody's.
        {"nodes:\n  # above\n  n1: {}\n  # below\n  n2: {}\n", "  n1: {}"},
        {"nodes:\n  n1:\n    a: b\n# left\n\n  n2: {}\n", "  n1:\n    a: b"},
        // Inside and below, deeper: its own, with the blank lines between.
        {"nodes:\n  n1:\n    # in\n\n    a: b  # at\n", "  n1:\n    # in\n\n    a: b  # at"},
        {"nodes:\n  n1:\n    a: b\n\n   # below\n\n  n2: {}\n", "  n1:\n    a: b\n\n   # below"},
        {"nodes:\n  n1: # at\n    # in\n  n2: {}\n", "  n1: # at\n    # in"},
        // Between sections and at the end.
        {"nodes:\n  n1:\n    a: b\n# between\nnodeprofiles:\n  p: {}\n", "  n1:\n    a: b"},
        {"nodes:\n  n1:\n    a: b\n    # end", "  n1:\n    a: b\n    # end"},
        {"nodes:\n  n1:\n    a: b\n  # end\n", "  n1:\n    a: b"},
        // Text that only looks like a comment, or like a key.
        {"nodes:\n  n1:\n    a: |\n      # b\n      n2:\n  n3: {}\n",
         "  n1:\n    a: |\n      # b\n      n2:"},
        // Also where entries cannot be read one by one.
        {"nodes:\r\n  n1:\r\n    # in\r\n  # below\r\n  n2: {}\r\n", "  n1:\r\n    # in"},
        {"other: 1\nnodes:\n  'n1': {}\n    # in\nmore:\n  n1: x\n", "  'n1': {}\n    # in"},
        {"nodes: {}\n  n1: {}\n", nullptr},
        {"nodes: {n1: {}}\n", nullptr},
        {"more:\n  n1: {}\n", nullptr},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const std::string_view text = row.text;
        const Outline outline = outline_of(text);
        std::optional<std::string_view> own;
        if (outline.nodes)
            for (const OutlineEntry& entry : outline.nodes->entries)
                if (entry.key == "n1")
                    own = text.substr(entry.block.begin, entry.own_end - entry.block.begin);
        CHECK(own.has_value() == (row.own != nullptr));
        if (own && row.own != nullptr) CHECK(*own == row.own);
    }
}

TEST_CASE("only a line feed ends plain lines", "[store][outline]") {
    CHECK(has_plain_lines("a\n\xC3\xBC\n"));
    for (const char* text : {"a\r\n",
                             "a\xC2\x85"
                             "b",
                             "\xE2\x80\xA8",
                             "\xE2\x80\xA9",
                             "\xEF\xBB\xBF"
                             "a"})
        CHECK_FALSE(has_plain_lines(text));
}
