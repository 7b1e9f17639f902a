// SPDX-License-Identifier: BSD-3-Clause
#include <ctime>

#include "site_fixture.h"
#include "support/catch.h"

using namespace ww;
using namespace ww::test;
using namespace ww::protocol;

TEST_CASE("tokens are made, listed and revoked, and the history says so", "[api][token]") {
    SiteFixture site("nodes: {}\n", SiteFixture::History::Kept);
    const auto made =
        site.ask(route::TokenCreate{},
                 {.name = "ci", .role = "operator", .scope = {"nodes"}, .lifetime = 60});
    REQUIRE(made);
    CHECK(made->expires >= std::time(nullptr) + 59);
    const auto who = site.site().tokens.find(made->secret);
    REQUIRE(who);
    CHECK(who->name == "ci");

    const auto list = site.ask(route::TokenList{}, {});
    REQUIRE(list);
    REQUIRE(list->tokens.size() == 1);
    CHECK(list->tokens[0].role == "operator");
    CHECK(list->tokens[0].scope == Names{"node"});
    CHECK_FALSE(list->tokens[0].over);
    CHECK(site.ask(route::NameList{}, {"token"})->names == Names{"ci"});
    CHECK(site.ask(route::NameList{}, {"token"}, {false, false})->names.empty());

    REQUIRE(site.ask(route::TokenRevoke{}, {{"ci"}}));
    CHECK_FALSE(site.site().tokens.find(made->secret));
    const auto again = site.ask(route::TokenRevoke{}, {{"ci"}});
    REQUIRE_FALSE(again);
    CHECK(again.error().describe() ==
          "there is no token \"ci\"\n  wwctl token list shows those there are");

    const auto history = site.ask(route::History{}, {});
    REQUIRE(history);
    Names commands;
    for (const RevisionRow& row : history->revisions)
        if (!row.command.empty()) commands.push_back(row.command);  // the others: it begins
    CHECK(commands == Names{"token revoke ci", "token create ci --role operator"});
    // There is nothing in it to take back.
    CHECK_FALSE(site.ask(route::Undo{}, {}));
}

TEST_CASE("a token that makes no sense is refused", "[api][token]") {
    SiteFixture site("nodes: {}\n", SiteFixture::History::Kept);
    const auto refusal = [&](TokenCreateRequest request) {
        const auto made = site.ask(route::TokenCreate{}, request);
        REQUIRE_FALSE(made);
        CHECK(made.error().code() == ErrorCode::InvalidArgument);
        return made.error().describe();
    };
    CHECK(refusal({.name = "x", .role = "king"}) ==
          "\"king\" is no role\n  roles are read-only, operator and admin");
    CHECK(refusal({.name = "x", .role = "admin", .lifetime = -1}) ==
          "a token cannot last -1 seconds");
    CHECK(refusal({.name = "x y", .role = "admin"}).starts_with("\"x y\" is no name for a token"));
    CHECK(refusal({.name = "x", .role = "admin", .scope = {"kitchen"}})
              .starts_with("\"kitchen\" is no part of the interface"));
}
