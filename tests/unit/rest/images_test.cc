// SPDX-License-Identifier: BSD-3-Clause
//
// Images: what the recordings do not show, and where we differ from them.
#include "base/path.h"
#include "unit/rest/calling.h"

using namespace ww::rest;
using namespace ww::rest::test;

namespace {

struct ImageFixture : CallFixture {
    ImageFixture() {
        const std::string etc = site_fixture.root() / "chroots/deb/rootfs/etc";
        REQUIRE(ww::make_directories(etc));
        REQUIRE(ww::replace_file(etc + "/motd", "hello\n", 0644));
    }
    Got ask_for(Method method, std::string target, std::string body = {}) {
        return ask({.method = method, .target = std::move(target), .body = std::move(body)});
    }
};

constexpr const char* kImport = R"({"uri":"docker://localhost:1/x"})";

}  // namespace

TEST_CASE("images nobody has are not found", "[rest][images]") {
    ImageFixture site;
    CHECK(site.ask_for(Method::Get, "/api/images/zz").status == 404);
    CHECK(site.ask_for(Method::Post, "/api/images/zz/build").status == 404);
    CHECK(site.ask_for(Method::Delete, "/api/images/zz").status == 404);
    CHECK(site.ask_for(Method::Patch, "/api/images/zz", "{}").status == 404);
    CHECK(site.ask_for(Method::Patch, "/api/images/zz", R"({"name":"new"})").status == 404);
}

TEST_CASE("an image is built, renamed and deleted", "[rest][images]") {
    ImageFixture site;
    const Got built = site.ask_for(Method::Post, "/api/images/deb/build");
    CHECK(built.status == 200);
    CHECK(built.body.find("\"size\":0") == std::string::npos);
    CHECK(site.ask_for(Method::Patch, "/api/images/deb", R"({"name":"a/b"})").status == 400);
    CHECK(site.ask_for(Method::Patch, "/api/images/deb", R"({"name":"new"})").status == 200);
    CHECK(site.ask_for(Method::Get, "/api/images/deb").status == 404);
    CHECK(site.ask_for(Method::Delete, "/api/images/new").status == 200);
    CHECK(site.get("/api/images").body == "{}\n");
}

TEST_CASE("one that is not built is deleted, too", "[rest][images]") {
    ImageFixture site;
    const Got gone = site.ask_for(Method::Delete, "/api/images/deb");
    CHECK(gone.status == 200);
    CHECK(gone.body == "{\"kernels\":[],\"size\":0,\"buildtime\":0,\"writable\":true}\n");
}

TEST_CASE("imports that are refused at once", "[rest][images]") {
    ImageFixture site;
    CHECK(site.ask_for(Method::Post, "/api/images/deb/import", kImport).status == 409);
    CHECK(site.ask_for(Method::Post, "/api/images/a%20b/import", kImport).status == 400);
    CHECK(site.ask_for(Method::Post, "/api/images/new/import", "{}").status == 400);
    CHECK(site.ask_for(Method::Post, "/api/images/new/import", R"({"uri":"/etc"})").status == 400);
    CHECK(site.ask_for(Method::Post, "/api/images/new/import", R"({"uri":"docker://x","user":"u"})")
              .status == 400);
}

TEST_CASE("a tag of another image is none of this one", "[rest][images][etag]") {
    ImageFixture site;
    CHECK(site.ask({.method = Method::Delete, .target = "/api/images/deb", .if_match = "\"x\""})
              .status == 412);
    CHECK(site.ask({.method = Method::Delete,
                    .target = "/api/images/deb",
                    .if_match = site.get("/api/images/deb").header("ETag")})
              .status == 200);
}
