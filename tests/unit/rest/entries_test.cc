// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and profiles: what the recordings do not show. The rest is in tests/vectors/api.
#include "unit/rest/calling.h"

using namespace ww::rest;
using namespace ww::rest::test;

namespace {

constexpr const char* kNodes = R"(nodeprofiles:
  default:
    comment: of the profile
nodes:
  n1:
    profiles:
    - default
    cluster name: lab
    ipmi:
      password: secret
)";

}  // namespace

TEST_CASE("tags name what is stored", "[rest][etag]") {
    CallFixture site(kNodes);
    const std::string raw = site.get("/api/nodes/n1/raw").header("ETag");
    const std::string merged = site.get("/api/nodes/n1").header("ETag");
    REQUIRE(raw.size() == 34);
    CHECK(merged.substr(0, 33) == raw.substr(0, 33));
    CHECK(merged[33] == '.');

    SECTION("who has it gets no body") {
        const Got got = site.ask({.target = "/api/nodes/n1", .if_none_match = merged});
        CHECK(got.status == 304);
        CHECK(got.body.empty());
        CHECK(got.header("ETag") == merged);
        CHECK(site.ask({.target = "/api/nodes/n1", .if_none_match = "\"x\", W/" + merged}).status ==
              304);
        CHECK(site.ask({.target = "/api/nodes/n1", .if_none_match = raw}).status == 200);
        CHECK(site.ask({.target = "/api/nodes/n1", .if_none_match = "junk"}).status == 200);
    }
    SECTION("another profile makes another merged node, and the same stored one") {
        REQUIRE(site.ask({.method = Method::Patch,
                          .target = "/api/profiles/default",
                          .body = R"({"profile":{"init":"/sbin/init"}})"})
                    .status == 200);
        CHECK(site.get("/api/nodes/n1").header("ETag") != merged);
        CHECK(site.get("/api/nodes/n1/raw").header("ETag") == raw);
    }
    SECTION("a change is refused if somebody was faster, and tells the new one") {
        const auto patch = [&](std::string comment, std::string if_match) {
            return site.ask({.method = Method::Patch,
                             .target = "/api/nodes/n1",
                             .body = R"({"node":{"comment":")" + comment + R"("}})",
                             .if_match = std::move(if_match)});
        };
        const Got first = patch("a", merged);
        CHECK(first.status == 200);
        CHECK(first.header("ETag") == site.get("/api/nodes/n1/raw").header("ETag"));
        const Got second = patch("b", merged);
        CHECK(second.status == 412);
        CHECK(second.header("Content-Type") == "application/problem+json");
        CHECK(patch("c", first.header("ETag")).status == 200);
        CHECK(patch("d", "*").status == 200);
        CHECK(site.get("/api/nodes/n1/raw").body.find(R"("comment":"d")") != std::string::npos);
    }
    SECTION("of what is not there") {
        for (const char* if_match : {"*", "\"x\""})
            CHECK(site.ask({.method = Method::Put,
                            .target = "/api/nodes/n2",
                            .body = R"({"node":{}})",
                            .if_match = if_match})
                      .status == 412);
        CHECK(site.get("/api/nodes/n2").status == 404);
    }
    SECTION("deletion, too") {
        CHECK(site.ask({.method = Method::Delete, .target = "/api/nodes/n1", .if_match = "\"x\""})
                  .status == 412);
        CHECK(site.ask({.method = Method::Delete, .target = "/api/nodes/n1", .if_match = raw})
                  .status == 200);
    }
}

TEST_CASE("secrets are for administrators", "[rest][secrets]") {
    CallFixture site(kNodes);
    for (const char* target :
         {"/api/nodes", "/api/nodes/n1", "/api/nodes/n1/raw", "/api/nodes/n1/fields"}) {
        CHECK(site.get(target).body.find("secret") != std::string::npos);
        for (const char* user : {kEve, kIan}) {
            const Got got = site.ask({.target = target, .authorization = user});
            CHECK(got.status == 200);
            CHECK(got.body.find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("changes are in the history with their author", "[rest][history]") {
    CallFixture site(kNodes);
    REQUIRE(site.ask({.method = Method::Put,
                      .target = "/api/nodes/n2",
                      .body = R"({"node":{"comment":"c"}})"})
                .status == 200);
    const auto revisions = site.site.database.journal()->revisions({.limit = 1});
    REQUIRE(revisions);
    REQUIRE(revisions->size() == 1);
    CHECK(revisions->front().author.via == "rest");
    CHECK(revisions->front().author.user == "ops");
    CHECK(revisions->front().author.command == "PUT /api/nodes/n2");
}

TEST_CASE("what is deleted must be there", "[rest][errors]") {
    CallFixture site(kNodes);
    const Got node = site.ask({.method = Method::Delete, .target = "/api/nodes/zz"});
    CHECK(node.status == 404);
    CHECK(node.body == "{\"status\":\"NOT_FOUND\",\"error\":\"not found: node not found: zz\"}\n");
    CHECK(site.ask({.method = Method::Delete, .target = "/api/profiles/zz"}).status == 404);
    const Got used = site.ask({.method = Method::Delete, .target = "/api/profiles/default"});
    CHECK(used.status == 400);
    CHECK(used.body.find("profile 'default' is in use by 1 nodes and 0 profiles") !=
          std::string::npos);
}

TEST_CASE("names that are folders are refused", "[rest][errors]") {
    CallFixture site(kNodes);
    for (const char* target : {"/api/nodes/..%2F..%2Fx", "/api/nodes/%2e%2e", "/api/nodes/a%20b"})
        CHECK(
            site.ask({.method = Method::Put, .target = target, .body = R"({"node":{}})"}).status ==
            400);
}

TEST_CASE("a flag can be taken back", "[rest][patch]") {
    CallFixture site(kNodes);
    const auto patch = [&](const char* disks) {
        return site
            .ask({.method = Method::Patch,
                  .target = "/api/nodes/n1",
                  .body = std::string(R"({"node":{"disks":{"/dev/sda":{"wipe_table":)") + disks +
                          "}}}}"})
            .body;
    };
    CHECK(patch("true").find("\"wipe_table\":true") != std::string::npos);
    CHECK(patch("false").find("\"wipe_table\":false") != std::string::npos);
}

TEST_CASE("a broken nodes.conf is told", "[rest][errors]") {
    CallFixture site(kNodes);
    site.site_fixture.write_nodes("nodes: [\n");
    const Got got = site.get("/api/nodes");
    CHECK(got.status == 422);
    CHECK(got.body.find("nodes.conf") != std::string::npos);
}
