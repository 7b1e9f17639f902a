// SPDX-License-Identifier: BSD-3-Clause
//
// The document holds the whole table. That it is one, and true: e2e/test_openapi.py.
#include "rest/openapi.h"

#include <fmt/format.h>

#include "protocol/routes.h"
#include "protocol/schema.h"
#include "rest/route.h"
#include "support/catch.h"

using namespace ww;
using namespace ww::rest;

namespace {

bool holds(std::string_view text, const std::string& part) {
    return text.find(part) != std::string_view::npos;
}

Head asking(Method method, std::vector<std::string> path) {
    Head head;
    head.method = method;
    head.path = std::move(path);
    return head;
}

}  // namespace

TEST_CASE("every route and every schema it names is in the document", "[rest][openapi]") {
    const std::string& document = openapi_document();
    const std::string schemas = warewulf_schemas();
    for (const Route& route : routes()) {
        CAPTURE(route.name);
        CHECK(holds(document, "\"" + std::string(route.path) + "\":{"));
        const std::string prefix = route.dialect == Dialect::Warewulf ? "warewulfd/api." : "";
        CHECK(holds(document, "\"operationId\":\"" + prefix + std::string(route.name) + "\""));
        if (route.dialect == Dialect::Problem) continue;
        for (const std::string_view name : {route.request, route.reply})
            if (!name.empty()) CHECK(holds(schemas, "\"" + std::string(name) + "\":{"));
    }
    CHECK(holds(schemas, "\"onbot\":"));
}

TEST_CASE("clients that were made of upstream's document find their functions", "[rest][openapi]") {
    for (const char* name :
         {"getNodes",       "getNodeByID",        "getRawNodeByID",   "addNode",
          "deleteNode",     "updateNode",         "getNodeFields",    "buildAllOverlays",
          "buildOverlays",  "getNodeOverlayInfo", "getProfiles",      "getProfileByID",
          "addProfile",     "updateProfile",      "deleteProfile",    "getImages",
          "getImageByName", "importImage",        "updateImage",      "buildImage",
          "deleteImage",    "getOverlays",        "getOverlayByName", "getOverlayFile",
          "createOverlay",  "addOverlayFile",     "deleteOverlay",    "deleteOverlayFile"})
        CHECK(holds(openapi_document(), fmt::format(R"("operationId":"warewulfd/api.{}")", name)));
}

TEST_CASE("every message has a schema", "[rest][openapi]") {
    for (const protocol::RouteRow& row : protocol::routes()) {
        CAPTURE(row.name);
        CHECK(protocol::request_schema(row.path).starts_with(R"({"type":"object")"));
        CHECK(holds(protocol::reply_line_schema(row.path), R"("reply":{)"));
    }
    CHECK(protocol::request_schema("/nope").empty());
    CHECK(
        protocol::request_schema("/wwd/v1/power/commands") ==
        R"({"type":"object","properties":{"names":{"type":"array","items":{"type":"string"}},)"
        R"("verb":{"type":"string"},"persistent":{"type":"boolean"},"group_by":{"type":"string"},)"
        R"("only_shown":{"type":"boolean"}},)"
        R"("required":[],"additionalProperties":false})");
}

TEST_CASE("page and document are for everybody, and for reading only", "[rest][openapi]") {
    using Path = std::vector<std::string>;
    const auto type = [](const Path& path) {
        const auto reply = open_reply(asking(Method::Get, path));
        REQUIRE(reply);
        return std::string(http::find(reply->headers, "Content-Type").value_or(""));
    };
    CHECK(type({"api", "docs"}) == "text/html");
    CHECK(type({"api", "docs", ""}) == "text/html");
    CHECK(type({"api", "docs", "openapi.json"}) == "application/json");
    CHECK(type({"api", "openapi.json"}) == "application/json");
    CHECK(open_reply(asking(Method::Post, {"api", "docs"}))->status == 405);
    for (const Path& path :
         {Path{"api", "nodes"}, Path{"api", "docs", "x"}, Path{"api", "openapi"}})
        CHECK_FALSE(open_reply(asking(Method::Get, path)));
    // Nothing of the page comes from elsewhere.
    CHECK_FALSE(holds(docs_page(), "https://"));
    CHECK_FALSE(holds(docs_page(), "http://"));
    CHECK_FALSE(holds(docs_page(), "src="));
}
