// SPDX-License-Identifier: BSD-3-Clause
//
// Who is let in, and in which order that is asked.
#include "rest/service.h"

#include "rest/route.h"
#include "unit/rest/calling.h"

using namespace ww::rest;
using namespace ww::rest::test;
using Asked = CallFixture::Asked;

TEST_CASE("the gate asks in upstream's order", "[rest][gate]") {
    CallFixture site;

    SECTION("TLS first, whatever is asked by whom") {
        site.conf.api.tls_p = true;
        for (const char* target : {"/api/nodes", "/api/nope", "/api"}) {
            const Got got = site.ask({.target = target, .authorization = "", .peer = "8.8.8.8"});
            CHECK(got.status == 403);
            CHECK(got.body.empty());
            CHECK(got.headers.empty());
        }
        CHECK(site.ask({.target = "/api/nodes", .tls = true}).status == 200);
    }
    SECTION("the route, before address and login") {
        const Got none = site.ask({.target = "/api/nope", .authorization = "", .peer = "8.8.8.8"});
        CHECK(none.status == 404);
        CHECK(none.body == "404 page not found\n");
        const Got method = site.ask({.method = Method::Other,
                                     .target = "/api/nodes/n1",
                                     .authorization = "",
                                     .peer = "8.8.8.8"});
        CHECK(method.status == 405);
        CHECK(method.body.empty());
        std::string allowed;
        for (const auto& [name, value] : method.headers) allowed += name + " " + value + ";";
        CHECK(allowed == "Allow GET;Allow PUT;Allow PATCH;Allow DELETE;");
    }
    SECTION("the address, before the login") {
        for (const char* peer : {"8.8.8.8", "fe80::1%lo", ""}) {
            const Got got = site.ask({.target = "/api/nodes", .authorization = "", .peer = peer});
            CHECK(got.status == 403);
            CHECK(got.body == "Forbidden\n");
        }
        CHECK(site.ask({.target = "/api/nodes", .peer = "::1"}).status == 200);
        site.conf.api.allowed_subnets.clear();
        CHECK(site.ask({.target = "/api/nodes"}).status == 403);
    }
    SECTION("the login, before the role") {
        for (const char* authorization : {"", "Basic", kWrong, "Bearer wwd_x"}) {
            const Got got = site.ask({.method = Method::Put,
                                      .target = "/api/nodes/n1",
                                      .body = R"({"node":{}})",
                                      .authorization = authorization});
            CHECK(got.status == 401);
            CHECK(got.body == "Unauthorized\n");
            CHECK(got.header("WWW-Authenticate") == "Basic realm=\"Restricted\"");
        }
    }
}

TEST_CASE("a body is read only of those who may send it", "[rest][gate]") {
    CallFixture site;
    Asked put{.method = Method::Put, .target = "/api/nodes/n1", .body = R"({"node":{}})"};
    for (const char* authorization : {"", kWrong, kEve, kIan}) {
        put.authorization = authorization;
        const auto exchange = site.begin(put);
        CHECK(CallFixture::wait(exchange).status >= 401);
        CHECK_FALSE(exchange->body_was_read);
    }
    put.authorization = kOps;
    const auto exchange = site.begin(put);
    CHECK(CallFixture::wait(exchange).status == 200);
    CHECK(exchange->body_was_read);
}

TEST_CASE("a body nobody asked for stays unread", "[rest][gate]") {
    CallFixture site;
    const auto exchange = site.begin({.target = "/api/nodes", .body = "junk"});
    CHECK(CallFixture::wait(exchange).status == 200);
    CHECK_FALSE(exchange->body_was_read);
}

TEST_CASE("who is no administrator leaves room for who is one", "[rest][gate]") {
    CallFixture site;
    Asked look{.method = Method::Post,
               .target = "/api/wwd/v1/names",
               .body = R"({"kind":"node"})",
               .authorization = kEve};
    // From now on it is known at once who she is.
    CHECK(site.ask({.method = Method::Delete, .target = "/api/nodes/n1", .authorization = kEve})
              .status == 403);
    look.body_comes = false;
    std::vector<std::shared_ptr<FakeExchange>> slow;
    for (size_t i = 0; i < kMaxOthersCalls; ++i) {
        slow.push_back(site.begin(look));
        REQUIRE(slow.back()->held);
    }
    const Got one_more = site.ask(look);
    CHECK(one_more.status == 503);
    CHECK(one_more.header("Retry-After") == "5");
    look.authorization = kOps;
    look.body_comes = true;
    CHECK(site.ask(look).status == 200);
    // One that ends makes room.
    slow.back()->held = {};
    look.authorization = kEve;
    CHECK(site.ask(look).status == 200);
    for (const auto& each : slow) each->held = {};
}

TEST_CASE("each route is for its role and those above", "[rest][gate]") {
    using ww::access::Role;
    CallFixture site;
    const std::pair<const char*, Role> users[] = {
        {kEve, Role::ReadOnly}, {kIan, Role::Operator}, {kOps, Role::Admin}};
    for (const Route& route : routes()) {
        for (const auto& [authorization, role] : users) {
            if (role >= route.role) continue;
            std::string target(route.path);
            for (const char* name : {"{id}", "{name}"})
                if (const size_t at = target.find(name); at != std::string::npos)
                    target.replace(at, std::string_view(name).size(), "x");
            INFO(target);
            const Got got = site.ask(
                {.method = route.method, .target = target, .authorization = authorization});
            CHECK(got.status == 403);
            CHECK(got.header("Content-Type") == (route.dialect == Dialect::Problem
                                                     ? "application/problem+json"
                                                     : "application/json"));
        }
    }
}

TEST_CASE("no two rows of the table take the same call", "[rest][routes]") {
    std::set<std::pair<std::string_view, Method>> seen;
    std::set<std::string_view> names;
    for (const Route& route : routes()) {
        INFO(route.path);
        CHECK(seen.insert({route.path, route.method}).second);
        CHECK(names.insert(route.name).second);
        CHECK(route.path.starts_with("/api/"));
        CHECK_FALSE(route.doc.empty());
        CHECK((route.body == kNoBody) == route.request.empty());
    }
}

TEST_CASE("every row is found by its own path", "[rest][routes]") {
    for (const Route& route : routes()) {
        Head head;
        head.method = route.method;
        std::string_view rest = route.path.substr(1);
        while (!rest.empty()) {
            const std::string_view part = rest.substr(0, rest.find('/'));
            head.path.emplace_back(part.starts_with('{') ? "a name" : part);
            rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        }
        const Match found = match(head);
        INFO(route.path);
        REQUIRE(found.route == &route);
        CHECK(found.names.size() ==
              static_cast<size_t>(std::count(route.path.begin(), route.path.end(), '{')));
    }
}
