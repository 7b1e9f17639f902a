// SPDX-License-Identifier: BSD-3-Clause
//
// Overlays: what the recordings do not show, and where we differ from them.
#include "base/path.h"
#include "unit/rest/calling.h"

using namespace ww::rest;
using namespace ww::rest::test;

namespace {

struct OverlayFixture : CallFixture {
    OverlayFixture() : CallFixture("nodeprofiles: {}\nnodes:\n  n1: {}\n") {
        put("overlays/mine/rootfs/etc/motd", "hello\n");
        put("overlays/mine/rootfs/etc/who.ww", "{{.Id}}\n");
        put("overlays/mine/rootfs/odd%2Fname+x", "odd\n");
        put("share/warewulf/overlays/dist/rootfs/etc/d", "d\n");
    }
    void put(const std::string& path, const std::string& text) {
        const std::string whole = site_fixture.root() / path;
        REQUIRE(ww::make_directories(std::string(ww::parent_of(whole))));
        REQUIRE(ww::replace_file(whole, text, 0644));
    }
    int status(Method method, std::string target, std::string body = {}) {
        return ask({.method = method, .target = std::move(target), .body = std::move(body)}).status;
    }
};

}  // namespace

TEST_CASE("what is not there is not found", "[rest][overlays]") {
    OverlayFixture site;
    for (const char* target : {"/api/overlays/zz",
                               "/api/overlays/..",
                               "/api/overlays/zz/file?path=a",
                               "/api/overlays/mine/file?path=etc/zz",
                               "/api/overlays/mine/file?path=../../x",
                               "/api/overlays/mine/file?path=etc/who.ww&render=zz"}) {
        INFO(target);
        if (std::string_view(target).ends_with("/..")) continue;  // no call at all
        CHECK(site.status(Method::Get, target) == 404);
    }
    CHECK(site.status(Method::Delete, "/api/overlays/zz") == 404);
    CHECK(site.status(Method::Delete, "/api/overlays/mine/file?path=etc/zz") == 404);
    CHECK(site.status(Method::Delete, "/api/overlays/mine/file?path=etc") == 404);
    CHECK(site.status(Method::Put, "/api/overlays/zz/file?path=a", R"({"content":"x"})") == 404);
    CHECK_FALSE(ww::exists(site.site_fixture.root() / "overlays/zz"));
}

TEST_CASE("arguments that cannot be", "[rest][overlays]") {
    OverlayFixture site;
    CHECK(site.status(Method::Put, "/api/overlays/a%20b") == 400);
    CHECK(site.status(Method::Put, "/api/overlays/dist") == 409);
    CHECK(site.status(Method::Get, "/api/overlays/mine/file") == 400);
    CHECK(site.status(Method::Get, "/api/overlays/mine/file?path=etc/motd&render=n1") == 400);
    CHECK(site.status(Method::Delete, "/api/overlays/mine/file?path=etc/motd&cleanup=perhaps") ==
          400);
    const Got missing = site.get("/api/overlays/mine/file");
    CHECK(missing.body ==
          "{\"status\":\"INVALID_ARGUMENT\",\"error\":\"invalid argument: validation failed\","
          "\"context\":{\"query:path\":[\"missing value\"]}}\n");
}

TEST_CASE("an overlay that is not empty", "[rest][overlays]") {
    OverlayFixture site;
    CHECK(site.status(Method::Delete, "/api/overlays/mine") == 409);
    CHECK(site.status(Method::Delete, "/api/overlays/mine?force=yes") == 200);
}

TEST_CASE("a path is decoded once", "[rest][overlays]") {
    OverlayFixture site;
    CHECK(site.get("/api/overlays/mine/file?path=odd%252Fname%2Bx").body.find("odd\\n") !=
          std::string::npos);
}

TEST_CASE("a file changes only if it is what the client saw", "[rest][overlays][etag]") {
    OverlayFixture site;
    const std::string target = "/api/overlays/mine/file?path=etc/motd";
    const std::string tag = site.get(target).header("ETag");
    const auto put = [&](const char* text, std::string if_match, std::string if_none_match = {}) {
        return site
            .ask({.method = Method::Put,
                  .target = target,
                  .body = std::string(R"({"content":")") + text + "\"}",
                  .if_match = std::move(if_match),
                  .if_none_match = std::move(if_none_match)})
            .status;
    };
    CHECK(put("b", tag) == 200);
    CHECK(put("c", tag) == 412);
    CHECK(put("d", "", "*") == 409);
    CHECK(site.get(target).body.find("\"contents\":\"b\"") != std::string::npos);
    CHECK(site.ask({.method = Method::Delete, .target = target, .if_match = tag}).status == 412);
}

TEST_CASE("who is no administrator sees no rendered file", "[rest][overlays][secrets]") {
    OverlayFixture site;
    const char* target = "/api/overlays/mine/file?path=etc/who.ww&render=n1";
    CHECK(site.get(target).body.find("n1\\n") != std::string::npos);
    CHECK(site.ask({.target = target, .authorization = kIan}).status == 403);
}
