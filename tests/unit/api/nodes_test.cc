// SPDX-License-Identifier: BSD-3-Clause

#include "site_fixture.h"
#include "support/catch.h"

using namespace ww::protocol;
using ww::ErrorCode;
using ww::test::SiteFixture;

namespace {

const char* const kTwoNodes =
    "nodeprofiles:\n"
    "  default:\n"
    "    image name: rocky\n"
    "    ipmi: {password: secret}\n"
    "nodes:\n"
    "  n2: {profiles: [default], asset key: k}\n"
    "  n1:\n"
    "    profiles: [default]\n"
    "    network devices:\n"
    "      default: {ipaddr: 10.0.0.1}\n"
    "      ib: {device: ib0}\n";

Edit comment(const std::string& text) {
    Edit edit;
    edit.values["comment"] = text;
    return edit;
}

}  // namespace

TEST_CASE("tables of nodes are sorted by name, unknown names left out", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    const auto simple = site.ask(route::NodeTable{}, {{}, "simple"});
    REQUIRE(simple);
    CHECK(simple->columns == Names{"NODE NAME", "PROFILES", "NETWORK"});
    CHECK(simple->rows ==
          std::vector<Names>{{"n1", "default", "default, ib"}, {"n2", "default", ""}});
    CHECK(site.ask(route::NodeTable{}, {{"n2,nope"}, "long"})->rows ==
          std::vector<Names>{{"n2", "", "rocky", "/"}});
    CHECK(site.ask(route::NodeTable{}, {{"n[1-2]", "n1"}, "network"})->rows ==
          std::vector<Names>{{"n1", "default", "", "10.0.0.1", "<nil>", ""},
                             {"n1", "ib", "", "<nil>", "<nil>", "ib0"},
                             {"n2", "", "", "", "", ""}});
    CHECK(site.ask(route::NodeTable{}, {{}, "odd"}).error().code() == ErrorCode::InvalidArgument);
}

TEST_CASE("documents hold values as they are", "[api][nodes]") {
    SiteFixture site("nodes: {n1: {comment: 50% done %d}}\n");
    CHECK(site.ask(route::NodeDocument{}, {{}, "yaml"})->text == "n1:\n    comment: 50% done %d\n");
    CHECK(site.ask(route::NodeDocument{}, {{}, "json"})->text ==
          "{\"n1\":{\"comment\":\"50% done %d\"}}");
}

TEST_CASE("secrets are for administrators", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    const ww::api::Caller anybody;
    const auto shown = site.ask(route::NodeDocument{}, {{"n2"}, "yaml"}, anybody);
    CHECK(shown->text.find("secret") == std::string::npos);
    CHECK(shown->text.find("asset key: '********'") != std::string::npos);
    CHECK(site.ask(route::NodeDocument{}, {{"n2"}, "yaml"})->text.find("secret") !=
          std::string::npos);
    const auto nodes = site.ask(route::NodeTable{}, {{}, "all"}, anybody);
    for (const Names& row : nodes->rows) CHECK(row.back() != "secret");
    const auto profiles = site.ask(route::ProfileTable{}, {{}, "all"}, anybody);
    for (const Names& row : profiles->rows) CHECK(row.back() != "secret");
}

TEST_CASE("what nodes set themselves, item by item", "[api][nodes]") {
    SiteFixture site(
        "nodeprofiles: {default: {comment: no, runtime overlay: [a], tags: {t: no}}}\n"
        "nodes: {n1: {profiles: [default], kernel: {args: [quiet, 'console=ttyS0,9600']},"
        " asset key: k, runtime overlay: [b, ~a]}, n2: {}}\n");
    const ww::api::Caller anybody;
    const auto own = site.ask(route::NodeTable{}, {{}, "own"}, anybody);
    CHECK(own->columns == Names{"NODE", "FIELD", "VALUE"});
    CHECK(own->rows == std::vector<Names>{{"n1", "AssetKey", "********"},
                                          {"n1", "Profiles", "default"},
                                          {"n1", "RuntimeOverlay", "b"},
                                          {"n1", "RuntimeOverlay", "~a"},
                                          {"n1", "Kernel.Args", "quiet"},
                                          {"n1", "Kernel.Args", "console=ttyS0,9600"}});
}

TEST_CASE("added nodes count up their addresses and take the default profile", "[api][nodes]") {
    SiteFixture site("nodeprofiles: {default: {}}\nnodes: {n9: {}}\n");
    Edit edit;
    edit.values["ipaddr"] = "10.0.0.254";
    REQUIRE(site.ask(route::NodeAdd{}, {{"n[1-2]"}, edit, false}));
    CHECK(site.notes == std::vector<std::string>{"info: Added node: n1", "info: Added node: n2"});
    CHECK(site.ask(route::NodeTable{}, {{"n[1-2]"}, "network"})->rows.back()[3] == "10.0.0.255");

    const std::string before = site.nodes_conf();
    const auto failed = site.ask(route::NodeAdd{}, {{"n[8-9]"}, {}, false});
    CHECK(failed.error().code() == ErrorCode::AlreadyExists);
    CHECK(failed.error().message() == "failed to add node: nodename already exists: n9");
    CHECK(site.nodes_conf() == before);
}

TEST_CASE("a node is added with its tags, and keeps the device it names", "[api][nodes]") {
    SiteFixture site("nodeprofiles:\n  default: {}\nnodes: {}\n");
    Edit edit;
    edit.values["mtu"] = "UNDEF";
    edit.tags["rack"] = "1";
    edit.lists["profile"] = {};
    REQUIRE(site.ask(route::NodeAdd{}, {{"n1"}, edit}));
    CHECK(site.nodes_conf() ==
          "nodeprofiles:\n  default: {}\nnodes:\n  n1:\n    profiles:\n      - default\n"
          "    network devices:\n      default: {}\n    tags:\n      rack: \"1\"\n");
}

TEST_CASE("a previewed change is made only if it still does the same", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    SetRequest request{{"n1", "nope"}, false, comment("new"), true, ""};
    const auto preview = site.ask(route::NodeSet{}, request);
    REQUIRE(preview);
    CHECK(preview->summary == "n1:\n  comment: <unset> → \"new\"\n");
    CHECK(preview->selected == Names{"n1"});
    CHECK(preview->missing == Names{"nope"});
    CHECK(preview->updated == 1);
    CHECK(site.nodes_conf() == kTwoNodes);

    request.dry_run = false;
    request.state = preview->state;
    SECTION("nothing happened in between") {
        REQUIRE(site.ask(route::NodeSet{}, request));
        CHECK(site.nodes_conf().find("comment: new") != std::string::npos);
    }
    SECTION("something else changed") {
        REQUIRE(site.ask(route::NodeSet{}, {{"n2"}, false, comment("other"), false, ""}));
        REQUIRE(site.ask(route::NodeSet{}, request));
    }
    SECTION("the same field changed") {
        REQUIRE(site.ask(route::NodeSet{}, {{"n1"}, false, comment("other"), false, ""}));
        const auto conflict = site.ask(route::NodeSet{}, request);
        REQUIRE_FALSE(conflict);
        CHECK(conflict.error().code() == ErrorCode::Conflict);
        CHECK(site.nodes_conf().find("comment: new") == std::string::npos);
    }
}

TEST_CASE("edits say what is missing", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    CHECK(site.ask(route::NodeSet{}, {{}, false, {}, false, ""}).error().message() ==
          "no nodes specified; use --all to modify all nodes");
    UnsetRequest unset;
    unset.names = {"n1", "nope"};
    CHECK(site.ask(route::NodeUnset{}, unset).error().message() == "no fields specified to unset");
    unset.fields = {"comment"};
    CHECK(site.ask(route::NodeUnset{}, unset).error().message() == "node not found: nope");
    unset.skip_unknown = true;
    REQUIRE(site.ask(route::NodeUnset{}, unset));
    unset.names = {"nope"};
    CHECK(site.ask(route::NodeUnset{}, unset).error().message() == "no nodes were modified");
}

TEST_CASE("an import merges", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    ImportRequest request;
    request.text = "n1: {comment: c}\nn3: {comment: three}\n";
    const auto merged = site.ask(route::NodeImport{}, request);
    REQUIRE(merged);
    CHECK(merged->added == 1);
    CHECK(merged->updated == 1);
    CHECK(site.ask(route::NodeTable{}, {{"n1"}, "simple"})->rows.front()[2] == "default, ib");

    request.text = "n1: [";
    CHECK_FALSE(site.ask(route::NodeImport{}, request));
}

TEST_CASE("an import clears what it calls UNDEF", "[api][nodes]") {
    SiteFixture site("nodes:\n  n1:\n    comment: old\n  n2:\n    comment: UNDEF\n");
    ImportRequest request;
    request.text = "n1: {comment: UNDEF}\nn2: {}\nn3: {network devices: {e: {}}}\n";
    REQUIRE(site.ask(route::NodeImport{}, request));
    // What it does not change stays, odd as it may be.
    CHECK(site.nodes_conf() == "nodes:\n  n1: {}\n  n2:\n    comment: UNDEF\n  n3: {}\n");
}

TEST_CASE("deleting reports what it found", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    const auto preview = site.ask(route::NodeDelete{}, {{"n[1-3]"}, true});
    CHECK(preview->selected == Names{"n1", "n2"});
    CHECK(preview->missing == Names{"n3"});
    REQUIRE(site.ask(route::NodeDelete{}, {{"n1"}, false}));
    CHECK(site.ask(route::NodeTable{}, {{}, "simple"})->rows.size() == 1);
    CHECK(site.ask(route::ProfileDelete{}, {{"default"}, false}).error().message() ==
          "can't delete the `default` profile");
}

TEST_CASE("a file is written anew only if that is asked for", "[api][nodes]") {
    SiteFixture site("nodes:\n  # the first\n  n1: &n\n    init: /a\n  n2: *n\n");
    SetRequest request{{"n1"}, false, comment("x"), false, ""};
    const auto refused = site.ask(route::NodeSet{}, request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::FailedPrecondition);
    CHECK(site.nodes_conf().find("# the first") != std::string::npos);
    request.rewrite = true;
    REQUIRE(site.ask(route::NodeSet{}, request));
    CHECK(site.nodes_conf() ==
          "nodeprofiles: {}\nnodes:\n  n1:\n    comment: x\n    init: /a\n  n2:\n    init: /a\n");
}

TEST_CASE("a hand edit counts at once, and a broken file is an error", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    site.write_nodes("nodes: {m1: {}}\n");
    CHECK(site.ask(route::NodeTable{}, {{}, "simple"})->rows == std::vector<Names>{{"m1", "", ""}});
    site.write_nodes("nodes: [\n");
    const auto broken = site.ask(route::NodeTable{}, {{}, "simple"});
    REQUIRE_FALSE(broken);
    CHECK(broken.error().place().line > 0);
    CHECK_FALSE(site.ask(route::NodeSet{}, {{"m1"}, false, comment("x"), false, ""}));
    CHECK(site.nodes_conf() == "nodes: [\n");
}

TEST_CASE("status needs a daemon", "[api][nodes]") {
    SiteFixture site(kTwoNodes);
    CHECK(site.ask(route::NodeStatusList{}, {}).error().code() == ErrorCode::Unavailable);
}

TEST_CASE("setting nothing but entries that are not there is an error", "[api][nodes]") {
    SiteFixture site("nodeprofiles: {p: {}}\nnodes: {n1: {}}\n");
    SetRequest request{{"default"}, false, comment("x"), false, ""};
    const auto no_profile = site.ask(route::ProfileSet{}, request);
    REQUIRE_FALSE(no_profile);
    CHECK(no_profile.error().message() == "profile not found: default");
    CHECK(no_profile.error().hint() == "wwctl profile add default makes it");
    request.names = {"p", "default"};
    CHECK(site.ask(route::ProfileSet{}, request));
    request.names = {"n[2-3]"};
    CHECK_FALSE(site.ask(route::NodeSet{}, request));
}
