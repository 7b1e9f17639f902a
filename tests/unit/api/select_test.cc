// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and revisions picked by what they have.
#include "site_fixture.h"

using namespace ww;
using namespace ww::protocol;
using ww::test::SiteFixture;

namespace {

Names ids(SiteFixture& site, const Where& where) {
    const auto table = site.ask(route::NodeTable{}, {{}, "simple", where});
    REQUIRE(table);
    Names names;
    for (const Names& row : table->rows) names.push_back(row.front());
    return names;
}

}  // namespace

TEST_CASE("nodes are picked by profile, image and tag", "[api][select]") {
    SiteFixture site(
        "nodeprofiles: {base: {image name: deb, tags: {rack: a}}, gpu: {profiles: [base]}}\n"
        "nodes:\n"
        "  n1: {profiles: [gpu]}\n"
        "  n2: {profiles: [base], image name: alma, tags: {rack: b}}\n"
        "  n3: {tags: {rack: a}}\n");
    CHECK(ids(site, {}) == Names{"n1", "n2", "n3"});
    CHECK(ids(site, {{"base"}, {}, {}}) == Names{"n1", "n2"});
    CHECK(ids(site, {{"base", "gpu"}, {}, {}}) == Names{"n1"});
    CHECK(ids(site, {{}, {"deb"}, {}}) == Names{"n1"});
    CHECK(ids(site, {{}, {"deb", "alma"}, {}}) == Names{"n1", "n2"});
    CHECK(ids(site, {{}, {}, {"rack"}}) == Names{"n1", "n2", "n3"});
    CHECK(ids(site, {{}, {}, {"rack=a"}}) == Names{"n1", "n3"});
    CHECK(ids(site, {{"base"}, {}, {"rack=b"}}) == Names{"n2"});
    CHECK(ids(site, {{}, {}, {"row"}}).empty());
    CHECK(site.ask(route::NodeDocument{}, {{}, "json", {{}, {"alma"}, {}}})
              ->text.starts_with("{\"n2\""));
}

TEST_CASE("revisions are picked by user and time", "[api][select]") {
    SiteFixture site("nodeprofiles: {}\nnodes: {n1: {}}\n", SiteFixture::History::Kept);
    const auto comment = [&](const char* text, const char* user) {
        SetRequest request;
        request.names = {"n1"};
        request.edit.values = {{"comment", text}};
        api::Caller caller{true, true};
        caller.user = user;
        REQUIRE(site.ask(route::NodeSet{}, request, caller));
    };
    comment("a", "ann");
    comment("b", "bob");
    comment("c", "ann");
    const auto numbers = [&](HistoryRequest request) {
        std::vector<int64_t> out;
        const auto reply = site.ask(route::History{}, request);
        REQUIRE(reply);
        for (const RevisionRow& row : reply->revisions) out.push_back(row.revision);
        return out;
    };
    HistoryRequest request;
    const auto all = numbers(request);
    REQUIRE(all.size() == 4);
    request.user = "ann";
    CHECK(numbers(request) == std::vector<int64_t>{all[0], all[2]});
    request.limit = 1;
    CHECK(numbers(request) == std::vector<int64_t>{all[0]});
    CHECK(site.ask(route::History{}, request)->more);
    request = {};
    const int64_t now = site.ask(route::History{}, {})->revisions.front().time;
    request.until = now - 3600;
    CHECK(numbers(request).empty());
    request.until = 0;
    request.since = now - 3600;
    CHECK(numbers(request) == all);
}

TEST_CASE("a difference is told field by field, secrets hidden", "[api][select]") {
    SiteFixture site("nodeprofiles: {}\nnodes: {n1: {}, n2: {}}\n", SiteFixture::History::Kept);
    SetRequest set;
    set.names = {"n1"};
    set.edit.values = {{"comment", "x"}, {"ipmipass", "secret"}};
    REQUIRE(site.ask(route::NodeSet{}, set));
    REQUIRE(site.ask(route::NodeDelete{}, {{"n2"}, false}));
    DiffRequest request;
    request.from = 1;
    request.fields = true;
    const auto diff = site.ask(route::Diff{}, request, {false, false});
    REQUIRE(diff);
    CHECK(diff->deleted == Names{"node n2"});
    REQUIRE(diff->changes.size() == 2);
    CHECK(diff->changes[0].field == "comment");
    CHECK(diff->changes[0].after == "\"x\"");
    CHECK(diff->changes[1].after.find("secret") == std::string::npos);
}

TEST_CASE("revisions are picked by what nodes have now", "[api][select]") {
    SiteFixture site(
        "nodeprofiles: {gpu: {}}\n"
        "nodes:\n"
        "  n1: {profiles: [gpu], image name: deb}\n"
        "  n2: {image name: deb, tags: {rack: a}}\n",
        SiteFixture::History::Kept);
    for (const char* name : {"n1", "n2"}) {
        SetRequest request;
        request.names = {name};
        request.edit.values = {{"comment", "new"}};
        REQUIRE(site.ask(route::NodeSet{}, request));
    }
    const auto changed = [&](const Names& names, const Where& where) {
        HistoryRequest request;
        request.names = names;
        request.where = where;
        const auto reply = site.ask(route::History{}, request);
        REQUIRE(reply);
        Names out;
        for (const RevisionRow& row : reply->revisions)
            if (row.via != "start") out.push_back(row.changed);
        return out;
    };
    CHECK(changed({}, {}) == Names{"n2", "n1"});
    CHECK(changed({}, {{"gpu"}, {}, {}}) == Names{"n1"});
    CHECK(changed({}, {{}, {"deb"}, {}}) == Names{"n2", "n1"});
    CHECK(changed({}, {{}, {}, {"rack=a"}}) == Names{"n2"});
    CHECK(changed({"n1"}, {{}, {"deb"}, {}}) == Names{"n1"});
    // Of none, not of all.
    CHECK(changed({}, {{}, {"alma"}, {}}).empty());
    CHECK(changed({"n1"}, {{}, {}, {"rack=a"}}).empty());
}
