// SPDX-License-Identifier: BSD-3-Clause
#include "store/outline.h"

#include "support/catch.h"

using namespace ww::store;

namespace {

std::vector<std::string_view> pieces(std::string_view text) {
    const auto outline = outline_of(text);
    std::vector<std::string_view> out;
    if (!outline) return out;
    const auto add = [&](const std::optional<OutlineSection>& section) {
        if (!section) return;
        const auto piece = [&](const OutlineBlock& at) {
            out.push_back(text.substr(at.begin, at.end - at.begin));
        };
        piece(section->header);
        for (const OutlineBlock& block : section->blocks) piece(block);
    };
    add(outline->profiles);
    add(outline->nodes);
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
    REQUIRE(outline);
    CHECK(outline->nodes->header.line == 3);
    CHECK(outline->nodes->blocks[1].line == 5);
}

TEST_CASE("what is not plain to see has no outline", "[store][outline]") {
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
        CHECK_FALSE(outline_of(text));
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
