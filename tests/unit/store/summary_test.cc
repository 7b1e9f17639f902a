// SPDX-License-Identifier: BSD-3-Clause
#include "store/summary.h"

#include "support/catch.h"

using namespace ww::store;

namespace {

std::shared_ptr<const SourceFile> file_of(const std::string& text) {
    return *SourceFile::read(text, "nodes.conf");
}

const auto kBefore = file_of(
    "nodeprofiles:\n  p:\n    comment: x\nnodes:\n"
    "  n1:\n    ipmi:\n      password: one\n    comment: x\n"
    "  n2:\n    ipmi:\n      password: two\n    comment: x\n"
    "  n3:\n    comment: x\n"
    "  n4:\n    comment: x\n    tags:\n      a: b\n");
const auto kAfter = file_of(
    "nodeprofiles:\n  p:\n    comment: y\nnodes:\n"
    "  n1:\n    ipmi:\n      password: three\n    comment: x\n"
    "  n2:\n    ipmi:\n      password: four\n    comment: x\n"
    "  n3:\n    # here\n    comment: 'x'\n"
    "  n5:\n    comment: z\n");

}  // namespace

TEST_CASE("what changed is told alike from texts and from what they are read as",
          "[store][summary]") {
    const auto changes = changed_entries(*kBefore, *kAfter);
    const auto from_texts = groups_of(changes);
    REQUIRE(from_texts);
    CHECK(*from_texts == groups_of(changes, kBefore->registry(), kAfter->registry()));
    CHECK(describe(*from_texts, /*secrets=*/true) ==
          "profile p:\n  comment: \"x\" → \"y\"\n\n"
          "n5: added\nn4: deleted\nn3: comments or layout only\n"
          "n1:\n  ipmi.ipmipass: \"one\" → \"three\"\n\n"
          "n2:\n  ipmi.ipmipass: \"two\" → \"four\"\n\n"
          "n4:\n  comment: \"x\" → <unset>\n  tags[a]: \"b\" → <unset>\n\n"
          "n5:\n  comment: <unset> → \"z\"\n");
}

TEST_CASE("nodes of which only secrets differ are told together to who may not see them",
          "[store][summary]") {
    const auto groups = groups_of(changed_entries(*kBefore, *kAfter));
    REQUIRE(groups);
    const std::string text = describe(*groups, /*secrets=*/false);
    CHECK_THAT(text, Catch::Contains("n[1-2]:\n  ipmi.ipmipass: "));
    for (const char* secret : {"one", "two", "three", "four"})
        CHECK_THAT(text, !Catch::Contains(secret));
}
