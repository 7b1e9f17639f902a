// SPDX-License-Identifier: BSD-3-Clause
#include "rest/head.h"

#include "support/catch.h"

using namespace ww::rest;
using ww::ErrorCode;

namespace {

ww::http::Request request(std::string target, std::string method = "GET") {
    ww::http::Request out;
    out.method = std::move(method);
    out.target = std::move(target);
    return out;
}

}  // namespace

TEST_CASE("which targets are calls", "[rest][head]") {
    for (const char* target : {"/api", "/api/", "//api", "/api?x", "/api/nodes", "/%61pi/nodes"})
        CHECK(is_call(target));
    for (const char* target : {"/", "", "/apis", "/API", "/ipxe/api", "/api%2Fnodes", "api", "/%"})
        CHECK_FALSE(is_call(target));
}

TEST_CASE("a path comes in decoded segments", "[rest][head]") {
    const std::pair<const char*, std::vector<std::string>> cases[] = {
        {"/api", {"api"}},
        {"/api/nodes/", {"api", "nodes", ""}},
        {"//api///nodes", {"api", "nodes"}},
        {"/api/nodes/c%301", {"api", "nodes", "c01"}},
        {"/api/overlays/a%2Fb", {"api", "overlays", "a/b"}},
        {"/api/images/%2e%2e", {"api", "images", ".."}},
        {"/api/nodes/a+b?c=d", {"api", "nodes", "a+b"}},
    };
    for (const auto& [target, path] : cases) {
        const auto head = parse_head(request(target));
        INFO(target);
        REQUIRE(head);
        CHECK(head->path == path);
    }
}

TEST_CASE("what the head of a call says", "[rest][head]") {
    ww::http::Request given =
        request("/api/x?force=&path=a%2Fb+c&bad=%g&one;two&path=second", "PATCH");
    given.headers = {{"content-type", "application/json"},
                     {"AUTHORIZATION", "Basic x"},
                     {"If-Match", "\"a\""},
                     {"If-None-Match", "*"},
                     {"Last-Event-ID", "9"},
                     {"Accept", "text/html"},
                     {"Cookie", "no"}};
    given.peer = {.address = "10.0.0.1", .port = 7, .tls = true, .credentials = {}};
    given.announced = 12;
    const auto head = parse_head(given);
    REQUIRE(head);
    CHECK(head->method == Method::Patch);
    CHECK(*head->find_query("path") == "a/b c");
    CHECK(head->find_query("force")->empty());
    CHECK(head->find_query("bad") == nullptr);
    CHECK(head->content_type == "application/json");
    CHECK(head->authorization == "Basic x");
    CHECK(head->if_match == "\"a\"");
    CHECK(head->if_none_match == "*");
    CHECK(head->last_event_id == "9");
    CHECK(head->accept == "text/html");
    CHECK(head->peer_address == "10.0.0.1");
    CHECK(head->tls);
    CHECK(head->body_bytes == 12);
    CHECK(head->path_text() == "/api/x");
}

TEST_CASE("methods have names, others are all alike", "[rest][head]") {
    for (const char* name : {"GET", "PUT", "POST", "PATCH", "DELETE"})
        CHECK(to_string(parse_head(request("/api", name))->method) == name);
    for (const char* name : {"HEAD", "OPTIONS", "get", "BREW"})
        CHECK(parse_head(request("/api", name))->method == Method::Other);
}

TEST_CASE("heads that are refused", "[rest][head]") {
    const auto code = [](const ww::http::Request& given) {
        const auto head = parse_head(given);
        REQUIRE_FALSE(head);
        return head.error().code();
    };
    CHECK(code(request("/api/%zz")) == ErrorCode::InvalidArgument);
    CHECK(code(request("/api/a%00b")) == ErrorCode::InvalidArgument);
    CHECK(code(request("/api/a?b=%00")) == ErrorCode::InvalidArgument);
    CHECK(code(request("/api/../x")) == ErrorCode::NotFound);
    CHECK(code(request("/api/./x")) == ErrorCode::NotFound);

    std::string deep = "/api";
    for (size_t i = 1; i < kMaxSegments; ++i) deep += "/x";
    CHECK(parse_head(request(deep)));
    CHECK(code(request(deep + "/x")) == ErrorCode::NotFound);

    std::string many = "/api?";
    for (size_t i = 0; i < kMaxQueryPairs; ++i) many += "a=1&";
    CHECK(parse_head(request(many)));
    CHECK(code(request(many + "a=1")) == ErrorCode::InvalidArgument);

    ww::http::Request fat = request("/api");
    fat.headers = {{"Authorization", std::string(kMaxHeadBytes - 3, 'x')}};
    CHECK(parse_head(fat));
    fat.headers[0].second += 'x';
    CHECK(code(fat) == ErrorCode::TooLarge);
}
