// SPDX-License-Identifier: BSD-3-Clause
#include "site_fixture.h"
#include "support/catch.h"

using namespace ww::protocol;
using ww::ErrorCode;
using ww::test::SiteFixture;

namespace {

constexpr const char* kSite =
    "nodeprofiles:\n"
    "  default: {}\n"
    "  rack:\n"
    "    init: /i  # mine\n"
    "nodes:\n"
    "  n1: {profiles: [rack]}\n"
    "  n2: {profiles: [default, ~rack]}\n"
    "  n3: {comment: c}\n";

}  // namespace

TEST_CASE("a patch is one commit of nodes and profiles", "[api][apply]") {
    SiteFixture site(kSite);
    ApplyRequest request{
        "nodeprofiles: {rack: {init: /x}}\nnodes: {n3: null, n5: {}, n2: {comment: x}}",
        "p.yaml",
        true,
        ""};
    const auto preview = site.ask(route::Apply{}, request);
    REQUIRE(preview);
    CHECK(preview->summary ==
          "profiles:\nrack:\n  init: \"/i\" → \"/x\"\nnodes:\n  added: n5\n  deleted: n3\nn2:\n  "
          "comment: "
          "<unset> → \"x\"\n");
    CHECK(preview->added == 1);
    CHECK(preview->deleted == 1);
    CHECK(preview->updated == 2);
    CHECK(site.nodes_conf() == kSite);
    request.dry_run = false;
    request.state = preview->state;
    REQUIRE(site.ask(route::Apply{}, request));
    CHECK(site.nodes_conf().find("# mine") != std::string::npos);
    CHECK(site.nodes_conf().find("n3") == std::string::npos);
    CHECK(site.nodes_conf().find("  n5: {}\n") != std::string::npos);
}

TEST_CASE("a patch that fails anywhere changes nothing", "[api][apply]") {
    SiteFixture site(kSite);
    for (const char* patch : {"nodes: {n1: {comment: x}, n2: {commment: y}}",
                              "nodes: {n1: {comment: x}}\nnodeprofiles: {default: null}"}) {
        CHECK_FALSE(site.ask(route::Apply{}, {patch, "p.yaml", false, ""}));
        CHECK(site.nodes_conf() == kSite);
    }
    const auto stale =
        site.ask(route::Apply{}, {"nodes: {n1: {comment: x}}", "p", false, "of before"});
    REQUIRE_FALSE(stale);
    CHECK(stale.error().code() == ErrorCode::Conflict);
    CHECK(site.nodes_conf() == kSite);
}

TEST_CASE("a profile that is deleted goes from the lists it is in", "[api][profiles]") {
    SiteFixture site(kSite);
    const auto found = site.ask(route::ProfileDelete{}, {{"rack"}, true});
    REQUIRE(found);
    CHECK(found->warnings == Names{"rack is also taken out of nodes n[1-2]"});
    CHECK(site.nodes_conf() == kSite);
    REQUIRE(site.ask(route::ProfileDelete{}, {{"rack"}, false}));
    const auto& nodes = site.site().database.snapshot()->raw().nodes;
    CHECK(nodes.at("n1").profiles.empty());
    CHECK(nodes.at("n2").profiles == std::vector<std::string>{"default"});
}

TEST_CASE("an edit changes only what the editor changed", "[api][nodes]") {
    SiteFixture site(kSite);
    const std::string base = site.ask(route::NodeDocument{}, {{}, "edit"})->text;
    ImportRequest request;
    request.edited = true;
    request.base = base;
    request.source = "edited text";

    // Meanwhile somebody changes another node: that stays.
    request.text = base + "n9:\n  comment: added\n";
    site.write_nodes(std::string(kSite) + "  n8: {comment: theirs}\n");
    REQUIRE(site.ask(route::NodeImport{}, request));
    CHECK(site.nodes_conf().find("n8: {comment: theirs}") != std::string::npos);
    CHECK(site.nodes_conf().find("comment: added") != std::string::npos);

    // Somebody changes the same node: nothing is saved.
    request.text = base;
    request.text.replace(request.text.find("comment: c"), 10, "comment: d");
    site.write_nodes("nodes:\n  n3: {comment: theirs}\n");
    const auto conflict = site.ask(route::NodeImport{}, request);
    REQUIRE_FALSE(conflict);
    CHECK(conflict.error().code() == ErrorCode::Conflict);
    CHECK(conflict.error().message().find("n3") != std::string::npos);
    CHECK(site.nodes_conf() == "nodes:\n  n3: {comment: theirs}\n");
}

TEST_CASE("an editor deletes what it removes or leaves without a body", "[api][nodes]") {
    SiteFixture site("nodes:\n  n1: {comment: a}\n  n2: {comment: b}\n  n3: {comment: c}\n");
    ImportRequest request;
    request.edited = true;
    request.base = site.ask(route::NodeDocument{}, {{"n[1-2]"}, "edit"})->text;
    request.text = "n1:\n";
    request.dry_run = true;
    const auto preview = site.ask(route::NodeImport{}, request);
    REQUIRE(preview);
    CHECK(preview->deleted == 2);
    request.dry_run = false;
    REQUIRE(site.ask(route::NodeImport{}, request));
    CHECK(site.nodes_conf() == "nodes:\n  n3: {comment: c}\n");
}

TEST_CASE("a pattern that selects nothing never selects all", "[api][nodes]") {
    SiteFixture site(kSite);
    const Names nothing = {"n[4-1]"};
    const auto refused = [&](const auto& result) {
        return !result && result.error().code() == ErrorCode::InvalidArgument &&
               result.error().message() == "n[4-1] selects no nodes";
    };
    CHECK(refused(site.ask(route::NodeTable{}, {nothing, "simple"})));
    CHECK(refused(site.ask(route::NodeDocument{}, {nothing, "export"})));
    CHECK(refused(site.ask(route::NodeDocument{}, {nothing, "edit"})));
    CHECK(refused(site.ask(route::NodeAdd{}, {nothing, {}, false})));
    CHECK(refused(site.ask(route::NodeSet{}, {nothing, false, {}, false, ""})));
    CHECK(refused(site.ask(route::NodeDelete{}, {nothing, false})));
    CHECK(refused(site.ask(route::NodeAddresses{}, {nothing})));
    CHECK(refused(site.ask(route::OverlayBuild{}, {nothing, 0})));
    UnsetRequest unset;
    unset.names = nothing;
    unset.fields = {"comment"};
    CHECK(refused(site.ask(route::NodeUnset{}, unset)));
    CHECK(refused(site.ask(route::NodeTable{}, {{"n1", "n[2-]"}, "simple"})) == false);
    CHECK_FALSE(site.ask(route::NodeTable{}, {{"n1", "n[2-]"}, "simple"}));
    CHECK(site.nodes_conf() == kSite);
}

TEST_CASE("what would be added is only said", "[api][nodes]") {
    SiteFixture site(kSite);
    Edit edit;
    edit.values["comment"] = "x";
    const auto reply = site.ask(route::NodeAdd{}, {{"n[7-8]"}, edit, true});
    REQUIRE(reply);
    CHECK(reply->selected == Names{"n7", "n8"});
    CHECK(reply->summary.find("n[7-8]:\n") == 0);
    CHECK(site.notes.empty());
    CHECK(site.ask(route::ProfileAdd{}, {{"p"}, edit, true})->added == 1);
    CHECK(site.nodes_conf() == kSite);
}
