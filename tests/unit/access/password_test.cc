// SPDX-License-Identifier: BSD-3-Clause
#include "access/password.h"

#include <string>

#include "access/auth_conf.h"
#include "access/header.h"
#include "access/limits.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::access;

TEST_CASE("hashes of Go's bcrypt are those of their passwords", "[access]") {
    struct Row {
        std::string hash;
        std::string password;
    };
    // From recordings of upstream.
    const Row rows[] = {
        {"$2b$04$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq", "wheat-flour"},
        {"$2a$04$ZyxwvutsrqponmlkjihgfeJeThMp.dQ385Q0BlB0bw4RMD2.pJgOC", "rye bread"},
        {"$2y$05$QqQqQqQqQqQqQqQqQqQqQu/M6aRgc2Kag17otvHpOdxkuZ7EbzWJm", "oat:meal"},
        {"$2b$05$5QVWDpiWE7L4SDL9CYdi3O/l6HnbNOLoXgY2sa1bQQ7aSBKdSqvsC", "admin"},
        {"$2b$04$MNMNMNMNMNMNMNMNMNMNMOqttrPh0lHdxOKkJNham884z.GF90Eyi", ""},
    };
    for (const Row& row : rows) {
        INFO(row.hash);
        const auto hash = usable_hash(row.hash);
        REQUIRE(hash);
        CHECK(is_password(row.password, *hash));
        CHECK_FALSE(is_password(row.password + "x", *hash));
        CHECK_FALSE(is_password(row.password + std::string(1, '\0'), *hash));
    }
}

TEST_CASE("what is no bcrypt, or costs too much, is no hash to log in with", "[access]") {
    const std::string rest = "$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq";
    CHECK(usable_hash("$2b$04" + rest));
    CHECK(usable_hash("$2$04" + rest).value_or("") == "$2b$04" + rest);
    CHECK(usable_hash("$2b$" + std::to_string(kMaxBcryptCost) + rest));
    for (const std::string& bad : {std::string(),
                                   std::string("admin"),
                                   "$1$04" + rest,
                                   "$2b$03" + rest,
                                   "$2b$" + std::to_string(kMaxBcryptCost + 1) + rest,
                                   "$2b$4x" + rest,
                                   "$2b$04" + rest.substr(0, rest.size() - 1),
                                   "$2b$04$:" + rest.substr(2)}) {
        INFO(bad);
        REQUIRE_FALSE(usable_hash(bad));
        CHECK(usable_hash(bad).error().code() == ErrorCode::InvalidArgument);
    }
}

TEST_CASE("the Authorization header is read as Go reads it", "[access]") {
    const auto login = [](std::string_view header) -> std::string {
        const auto read = read_authorization(header);
        if (!read) return "none";
        if (const auto* token = std::get_if<Bearer>(&*read)) return "token " + token->token;
        const auto& pair = std::get<Login>(*read);
        return pair.name + "|" + pair.password;
    };
    CHECK(login("Basic b3BzOndoZWF0LWZsb3Vy") == "ops|wheat-flour");
    CHECK(login("bAsIc b3BzOndoZWF0LWZsb3Vy") == "ops|wheat-flour");
    CHECK(login("Basic eWFuOm9hdDptZWFs") == "yan|oat:meal");
    CHECK(login("Basic b3BzOg==") == "ops|");
    CHECK(login("Basic OndoZWF0LWZsb3Vy") == "|wheat-flour");
    CHECK(login("Bearer wwd_1") == "token wwd_1");
    for (const char* bad : {"",
                            "Basic",
                            "Basic ",
                            "Basic !!!!",
                            "Basic b3Bz",
                            "Basic b3BzOg=",
                            "Basic b3BzOg",
                            "Basic b3=zOg==",
                            "Basic  b3BzOg==",
                            "b3BzOndoZWF0LWZsb3Vy",
                            "Digest username=\"ops\""}) {
        INFO(bad);
        CHECK(login(bad) == "none");
    }
}

namespace {

constexpr const char* kHash = "$2b$04$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq";

std::string user_line(const std::string& name, const std::string& more = {}) {
    return "  - name: " + name + "\n    password hash: \"" + kHash + "\"\n" + more;
}

std::string warnings_of(const Users& users) {
    std::string text;
    for (const yaml::Warning& warning : users.warnings) text += warning.to_string() + "\n";
    return text;
}

}  // namespace

TEST_CASE("auth.conf has users, and roles by us", "[access]") {
    const auto users =
        read_auth_conf("users:\n" + user_line("ops") + user_line("eve", "    role: read-only\n") +
                           user_line("bob", "    role: operator\n"),
                       "auth.conf");
    REQUIRE(users);
    CHECK(users->warnings.empty());
    CHECK(users->by_name.at("ops").role == Role::Admin);
    CHECK(users->by_name.at("ops").hash == kHash);
    CHECK(users->by_name.at("eve").role == Role::ReadOnly);
    CHECK(users->by_name.at("bob").role == Role::Operator);
}

TEST_CASE("users who cannot log in are told with their place, the others stay", "[access]") {
    const auto users = read_auth_conf(
        "users:\n" + user_line("ops") + user_line("eve", "    role: king\n") +
            "  - name: admin\n    password hash: \"\"\n  - name: old\n    password hash: x\n"
            "    shell: sh\n" +
            user_line("ops") + user_line("late"),
        "auth.conf");
    REQUIRE(users);
    CHECK(users->by_name.size() == 4);
    CHECK(users->by_name.at("eve").hash.empty());
    CHECK(users->by_name.at("old").hash.empty());
    CHECK(warnings_of(*users) ==
          "auth.conf:4:5: user \"eve\" cannot log in: the role \"king\" is none of read-only, "
          "operator and admin\n"
          "auth.conf:7:5: user \"admin\" cannot log in: it has no password hash\n"
          "auth.conf:11:5: unknown key \"shell\"\n"
          "auth.conf:9:5: user \"old\" cannot log in: the password hash is none of bcrypt "
          "($2b$…)\n"
          "auth.conf:12:5: user \"ops\" is there twice; neither that nor what comes after is "
          "used\n");
}

TEST_CASE("no users are none, and what is no list is an error", "[access]") {
    for (const char* text : {"", "users: []\n", "users:\n", "# nothing\n"}) {
        INFO(text);
        const auto users = read_auth_conf(text, "auth.conf");
        REQUIRE(users);
        CHECK(warnings_of(*users) == "auth.conf: there are no users: nobody can log in\n");
    }
    for (const char* text : {"users: [\n",
                             "users: 3\n",
                             "- name: x\n",
                             "users:\n  - ops\n",
                             "users:\n  - name: [x]\n"}) {
        INFO(text);
        const auto users = read_auth_conf(text, "auth.conf");
        REQUIRE_FALSE(users);
        CHECK(users.error().code() == ErrorCode::Unprocessable);
        CHECK(users.error().place().line > 0);
    }
}

TEST_CASE("one user too many is an error", "[access]") {
    std::string text = "users:\n";
    for (size_t i = 0; i < kMaxUsers; ++i) text += "  - name: u" + std::to_string(i) + "\n";
    CHECK(read_auth_conf(text, "auth.conf"));
    CHECK_FALSE(read_auth_conf(text + "  - name: more\n", "auth.conf"));
}

TEST_CASE("another auth.conf is noticed, and the last good one stays", "[access]") {
    const test::TempDir folder;
    const std::string path = folder / "auth.conf";
    AuthFile file(path);
    CHECK(file.current()->by_name.empty());

    REQUIRE(replace_file(path, "users:\n" + user_line("ops"), 0600));
    const auto first = file.current();
    CHECK(first->by_name.contains("ops"));
    CHECK(file.current() == first);

    REQUIRE(replace_file(path, "users: [\n", 0600));
    CHECK(file.current() == first);
    CHECK(file.current() == first);

    REQUIRE(replace_file(path, "users:\n" + user_line("eve"), 0600));
    const auto second = file.current();
    CHECK(second->by_name.contains("eve"));
    CHECK_FALSE(second->by_name.contains("ops"));

    REQUIRE(::unlink(path.c_str()) == 0);
    CHECK(file.current()->by_name.empty());

    REQUIRE(replace_file(path, "users:\n#" + std::string(kMaxAuthConfBytes, 'x') + "\n", 0600));
    CHECK(file.current()->by_name.empty());
}
