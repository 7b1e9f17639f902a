// SPDX-License-Identifier: BSD-3-Clause
#include "api/dispatch.h"

#include "protocol/json.h"
#include "site_fixture.h"
#include "support/catch.h"

using namespace ww;
using ww::test::SiteFixture;

namespace {
const api::Caller kAdmin{true, true};
const api::Caller kAnybody{};
using AddJson = protocol::Json<protocol::route::NodeAdd>;
}  // namespace

TEST_CASE("only administrators may change anything", "[api][dispatch]") {
    SiteFixture site;
    for (const protocol::RouteRow& row : protocol::routes()) {
        CAPTURE(row.path);
        const api::Reply reply = api::dispatch(site.site(), kAnybody, row.path, "{}");
        CHECK((reply.status == 403) == (row.access != protocol::Access::Everyone));
    }
    const std::string request = AddJson::request({{"n1"}, {}, false});
    CHECK(api::dispatch(site.site(), kAnybody, "/wwd/v1/node/add", request).status == 403);
    CHECK(api::dispatch(site.site(), kAdmin, "/wwd/v1/node/add", request).status == 200);
}

TEST_CASE("replies are lines: notes first, then the reply or the problem", "[api][dispatch]") {
    SiteFixture site;
    const std::string request = AddJson::request({{"n1"}, {}, false});
    const api::Reply added = api::dispatch(site.site(), kAdmin, "/wwd/v1/node/add", request);
    CHECK(added.content_type == "application/x-ndjson");
    CHECK(added.body.starts_with(
        "{\"note\":{\"level\":\"info\",\"text\":\"Added node: n1\"}}\n{\"reply\":{"));
    CHECK(added.body.ends_with("}}\n"));

    const api::Reply again = api::dispatch(site.site(), kAdmin, "/wwd/v1/node/add", request);
    CHECK(again.status == 409);
    CHECK(again.content_type == "application/problem+json");
    CHECK(protocol::read_problem_body(again.body)->code == "AlreadyExists");

    // Something was said before it failed.
    const api::Reply late =
        api::dispatch(site.site(), kAdmin, "/wwd/v1/node/add", AddJson::request({{"n[0-1]"}, {}}));
    CHECK(late.status == 200);
    CHECK(late.body.find("\n{\"problem\":{") != std::string::npos);

    std::string streamed;
    const api::Reply rest = api::dispatch(site.site(),
                                          kAdmin,
                                          "/wwd/v1/node/add",
                                          AddJson::request({{"n7"}, {}}),
                                          [&](const std::string& line) { streamed += line; });
    CHECK(streamed == "{\"note\":{\"level\":\"info\",\"text\":\"Added node: n7\"}}\n");
    CHECK(rest.body.starts_with("{\"reply\":"));
}

TEST_CASE("what is not a request is refused", "[api][dispatch]") {
    SiteFixture site;
    CHECK(api::dispatch(site.site(), kAdmin, "/wwd/v1/nope", "{}").status == 404);
    CHECK(api::dispatch(site.site(), kAdmin, "/wwd/v1/node/add", "{").status == 400);
    CHECK(api::dispatch(site.site(), kAdmin, "/wwd/v1/node/add", R"({"nodes":["n1"]})").status ==
          400);

    const http::BlockingHandler handler = api::handler(site.site());
    http::Request request;
    request.method = "GET";
    request.target = "/wwd/v1/names";
    CHECK(handler(request).status == 400);
    request.method = "POST";
    request.body = R"({"kind":"node"})";
    CHECK(handler(request).status == 200);
    request.target = "/wwd/v1/clean";
    request.body = "{}";
    CHECK(handler(request).status == 403);  // a peer without credentials is anybody
    request.peer.credentials = http::Credentials{1, 0, 0, {}};
    CHECK(handler(request).status != 403);
}

TEST_CASE("callers are root, administrators or anybody", "[api][caller]") {
    CHECK_FALSE(api::Caller::of(std::nullopt).is_admin);
    CHECK(api::Caller::of(http::Credentials{1, 0, 0, {}}).is_root);
    CHECK_FALSE(api::Caller::of(http::Credentials{1, 65534, 65534, {}}).is_admin);
}
