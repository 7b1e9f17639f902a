// SPDX-License-Identifier: BSD-3-Clause
#include "access/token_file.h"

#include <sys/stat.h>

#include <string>

#include "access/limits.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::access;

namespace {

struct TokenSite {
    test::TempDir folder;
    int64_t now = 1'700'000'000;
    std::string path = folder / "wwd/tokens";
    TokenFile file{path, [this] { return now; }};

    std::string create(const std::string& name, int64_t expires = 0) {
        auto secret = file.create({.name = name, .role = Role::Operator, .expires = expires});
        REQUIRE(secret);
        return *secret;
    }
    std::string text() const { return read_file(path).value_or(""); }
};

}  // namespace

TEST_CASE("a token is found by its secret, which is kept nowhere", "[access]") {
    TokenSite site;
    auto secret = site.file.create(
        {.name = "ci", .role = Role::Operator, .scope = {"nodes", "image"}, .creator = "ro\tot"});
    REQUIRE(secret);
    CHECK(looks_like_secret(*secret));
    CHECK(site.text().find(secret->substr(4)) == std::string::npos);
    struct stat status{};
    REQUIRE(::stat(site.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);

    const auto token = site.file.find(*secret);
    REQUIRE(token);
    CHECK(token->name == "ci");
    CHECK(token->role == Role::Operator);
    CHECK(token->scope == std::vector<std::string>{"image", "node"});
    CHECK(token->creator == "ro\tot");
    CHECK(token->created == site.now);

    std::string other = *secret;
    other.back() = other.back() == '0' ? '1' : '0';
    for (const std::string& wrong :
         {other, std::string("wwd_"), std::string(), *secret + "0", token->digest}) {
        INFO(wrong);
        REQUIRE_FALSE(site.file.find(wrong));
        CHECK(site.file.find(wrong).error().code() == ErrorCode::Unauthenticated);
    }
}

TEST_CASE("a token that is over or revoked is none", "[access]") {
    TokenSite site;
    const std::string week = site.create("week", site.now + 7 * 86400);
    const std::string ever = site.create("ever");
    site.now += 7 * 86400 - 1;
    CHECK(site.file.find(week));
    site.now += 1;
    REQUIRE_FALSE(site.file.find(week));
    CHECK(site.file.find(week).error().message() == "the token \"week\" is over");
    CHECK(site.file.find(ever));
    CHECK(site.file.list()->size() == 2);

    REQUIRE(site.file.revoke("ever"));
    CHECK_FALSE(site.file.find(ever));
    CHECK(site.file.revoke("ever").error().code() == ErrorCode::NotFound);

    // One that has been over for long goes with the next that is made.
    site.now += int64_t{40} * 86400;
    (void)site.create("new");
    REQUIRE(site.file.list()->size() == 1);
    CHECK(site.file.list()->front().name == "new");
}

TEST_CASE("what another process changes is noticed", "[access]") {
    TokenSite site;
    const std::string secret = site.create("ci");
    CHECK(site.file.find(secret));
    TokenFile other(site.path, [&] { return site.now; });
    REQUIRE(other.revoke("ci"));
    CHECK_FALSE(site.file.find(secret));
}

TEST_CASE("the last use is noted once an hour", "[access]") {
    TokenSite site;
    const std::string secret = site.create("ci");
    CHECK(site.file.is_use_news(*site.file.find(secret)));
    CHECK_FALSE(site.file.is_use_news(*site.file.find(secret)));
    site.file.note_use("ci");
    CHECK(site.file.find(secret)->used == site.now / 3600 * 3600);
    CHECK_FALSE(site.file.is_use_news(*site.file.find(secret)));
    site.now += 3600;
    CHECK(site.file.is_use_news(*site.file.find(secret)));
}

TEST_CASE("names, ends and numbers of tokens have bounds", "[access]") {
    TokenSite site;
    const auto refused = [&](Token token) {
        auto made = site.file.create(std::move(token));
        REQUIRE_FALSE(made);
        return made.error().code();
    };
    const std::string longest(kMaxTokenNameBytes, 'n');
    (void)site.create(longest);
    CHECK(refused({.name = longest + "n"}) == ErrorCode::InvalidArgument);
    CHECK(refused({.name = ""}) == ErrorCode::InvalidArgument);
    CHECK(refused({.name = "a b"}) == ErrorCode::InvalidArgument);
    CHECK(refused({.name = "a\tb"}) == ErrorCode::InvalidArgument);
    CHECK(refused({.name = longest}) == ErrorCode::AlreadyExists);
    CHECK(refused({.name = "over", .expires = site.now}) == ErrorCode::InvalidArgument);
    CHECK(refused({.name = "odd", .scope = {"kitchen"}}) == ErrorCode::InvalidArgument);
    CHECK(
        refused({.name = "wide", .scope = std::vector<std::string>(kMaxScopeWords + 1, "node")}) ==
        ErrorCode::InvalidArgument);

    std::vector<Token> many;
    for (size_t i = 0; i < kMaxTokens; ++i)
        many.push_back({.name = "t" + std::to_string(i), .digest = std::string(64, 'a')});
    REQUIRE(replace_file(site.path, tokens_text(many), 0600));
    CHECK(site.file.list()->size() == kMaxTokens);
    CHECK(refused({.name = "more"}) == ErrorCode::TooLarge);
    many.push_back({.name = "more", .digest = std::string(64, 'a')});
    CHECK(read_tokens(tokens_text(many), "tokens").error().code() == ErrorCode::TooLarge);
}

TEST_CASE("a damaged file lets nobody in, and nothing is written over it", "[access]") {
    TokenSite site;
    const std::string secret = site.create("ci");
    const std::string good = site.text();
    struct Row {
        std::string text;
        ErrorCode code;
    };
    const Row rows[] = {
        {"", ErrorCode::Unprocessable},
        {"wwd tokens 2\n", ErrorCode::FailedPrecondition},
        {"wwd tokens x\n", ErrorCode::Unprocessable},
        {good.substr(0, good.size() - 1), ErrorCode::Unprocessable},
        {good.substr(0, good.size() - 2) + "\n", ErrorCode::Unprocessable},
        {good + good.substr(good.find('\n') + 1), ErrorCode::Unprocessable},
        {good + "\n", ErrorCode::Unprocessable},
        {good + std::string(kMaxTokensFileBytes, 'x'), ErrorCode::TooLarge},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        REQUIRE(replace_file(site.path, row.text, 0600));
        CHECK_FALSE(site.file.find(secret));
        REQUIRE_FALSE(site.file.list());
        CHECK(site.file.list().error().code() == row.code);
        CHECK_FALSE(site.file.create({.name = "other"}));
        CHECK(site.text() == row.text);
    }
    REQUIRE(replace_file(site.path, good, 0600));
    CHECK(site.file.find(secret));
}

TEST_CASE("what is written is read back the same", "[access]") {
    const std::vector<Token> tokens = {{.name = "a",
                                        .role = Role::Admin,
                                        .creator = "root",
                                        .created = 1,
                                        .digest = std::string(64, '0')},
                                       {.name = "b@x.y_z-",
                                        .role = Role::ReadOnly,
                                        .scope = {"history", "node"},
                                        .creator = "tab\t\"quote\" line\n",
                                        .created = 1,
                                        .expires = 2,
                                        .used = 3,
                                        .digest = std::string(64, 'f')}};
    const auto read = read_tokens(tokens_text(tokens), "tokens");
    REQUIRE(read);
    CHECK(*read == tokens);
}
