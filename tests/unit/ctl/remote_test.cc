// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/remote/settings.h"

#include <sys/stat.h>

#include <cstdlib>

#include "base/file.h"
#include "ctl/command.h"
#include "ctl/parser.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::ctl;

namespace {

constexpr const char* kVariables[] = {"WWCTL_SERVER",
                                      "WWCTL_TOKEN_FILE",
                                      "WWCTL_CA",
                                      "WWCTL_FINGERPRINT",
                                      "WAREWULFCONF",
                                      "XDG_CONFIG_HOME",
                                      "HOME"};

/// Somebody with a home of his own, and nothing in the environment but what a test puts there.
struct Person {
    test::TempDir home;
    const std::string token = home / "token";

    Person() {
        for (const char* name : kVariables) ::unsetenv(name);
        ::setenv("HOME", home.path().c_str(), 1);
        write(token, "wwd_abc\n", 0600);
    }
    ~Person() {
        for (const char* name : kVariables) ::unsetenv(name);
    }
    Person(const Person&) = delete;
    Person& operator=(const Person&) = delete;

    static void write(const std::string& path, const std::string& text, mode_t mode) {
        REQUIRE(replace_file(path, text, mode));
        REQUIRE(::chmod(path.c_str(), mode) == 0);
    }
    void settings(const std::string& text, mode_t mode = 0600) const {
        REQUIRE(make_directories(home / ".config/wwctl"));
        write(home / ".config/wwctl/remote", text, mode);
    }
    Result<std::optional<protocol::Server>> find(const std::vector<std::string>& words) const {
        auto parsed = parse_flags({global_flags().begin(), global_flags().end()}, words);
        REQUIRE(parsed);
        return find_server(parsed->flags);
    }
    std::string refusal(const std::vector<std::string>& words) const {
        const auto found = find(words);
        REQUIRE_FALSE(found);
        return found.error().describe();
    }
};

}  // namespace

TEST_CASE("a server is named by a flag, a variable or a file, in this order", "[ctl][remote]") {
    const Person person;
    CHECK_FALSE(*person.find({}));
    person.settings("# mine\n\nserver: https://file\ntoken file: " + person.token +
                    "\nca: /ca.crt\nfingerprint: sha256:" + std::string(64, 'a') + "\n");
    auto server = *person.find({});
    REQUIRE(server);
    CHECK(server->url.host.to_string() == "file:9874");
    CHECK(server->authorization == "Bearer wwd_abc");
    CHECK(server->trust.ca_file == "/ca.crt");

    ::setenv("WAREWULFCONF", "/x.conf", 1);
    CHECK_FALSE(*person.find({}));
    ::setenv("WWCTL_SERVER", "https://variable:1", 1);
    ::setenv("WWCTL_TOKEN_FILE", person.token.c_str(), 1);
    server = *person.find({});
    REQUIRE(server);
    CHECK(server->url.host.to_string() == "variable:1");
    CHECK(server->trust.ca_file.empty());
    CHECK((*person.find({"--ca", "/other"}))->trust.ca_file == "/other");

    CHECK_FALSE(*person.find({"--warewulfconf", "/y.conf"}));
    CHECK_FALSE(*person.find({"--server", ""}));
    server = *person.find({"--server", "https://[::1]", "--token-file", person.token});
    REQUIRE(server);
    CHECK(server->url.host.to_string() == "[::1]:9874");
    CHECK(person.refusal({"--server", "https://flag"})
              .starts_with("https://flag: no file with a token"));
}

TEST_CASE("settings that do not go together are refused", "[ctl][remote]") {
    const Person person;
    CHECK(person.refusal({"--ca", "/x"}).starts_with("--ca is for a server"));
    CHECK(person.refusal({"--server", "https://a", "--warewulfconf", "/x"})
              .starts_with("--server and --warewulfconf name two sites"));
    const auto with = [&](const std::string& url) {
        return person.refusal({"--server", url, "--token-file", person.token});
    };
    CHECK(with("https://a/api").starts_with("https://a/api: a server is named by"));
    CHECK(with("http://a").find("everybody on the way could read the token") != std::string::npos);
    CHECK(with("head").find("reading the server's address") != std::string::npos);
    CHECK(
        person
            .refusal({"--server", "https://a", "--token-file", person.token, "--fingerprint", "x"})
            .find("is no fingerprint") != std::string::npos);
}

TEST_CASE("plain http is for this machine, and when it is said", "[ctl][remote]") {
    const Person person;
    const auto plain = [&](const std::string& url) {
        return person.find({"--insecure", "--server", url, "--token-file", person.token});
    };
    for (const char* url :
         {"http://127.0.0.1", "http://localhost:1", "http://[::1]:80", "http://127.9.9.9"}) {
        INFO(url);
        const auto server = plain(url);
        REQUIRE(server);
        CHECK_FALSE((*server)->url.tls);
    }
    CHECK((*plain("http://127.0.0.1"))->url.host.port == 9873);
    for (const char* url :
         {"http://10.0.0.1", "http://127.0.0.1.example.org", "http://[fe80::1]"}) {
        INFO(url);
        CHECK_FALSE(plain(url));
    }
}

TEST_CASE("files that others can use are refused, with what mends it", "[ctl][remote]") {
    const Person person;
    for (const mode_t mode : {0640, 0604, 0620, 0660}) {
        INFO(mode);
        Person::write(person.token, "wwd_abc\n", mode);
        CHECK(person.refusal({"--server", "https://a", "--token-file", person.token})
                  .ends_with("chmod 600 " + person.token));
    }
    for (const char* text : {"", "  \n", "wwd_a wwd_b\n", "wwd_a\nwwd_b\n", "wwd_\x01\n"}) {
        INFO(text);
        Person::write(person.token, text, 0600);
        CHECK_FALSE(person.find({"--server", "https://a", "--token-file", person.token}));
    }
    Person::write(person.token, std::string(kMaxRemoteFileBytes + 1, 'x'), 0600);
    CHECK_FALSE(person.find({"--server", "https://a", "--token-file", person.token}));
    CHECK_FALSE(person.find({"--server", "https://a", "--token-file", person.home / "none"}));

    person.settings("server: https://a\n", 0620);
    CHECK(person.refusal({}).ends_with("chmod 600 " + (person.home / ".config/wwctl/remote")));
    person.settings("server: https://a\nserver https://b\n");
    CHECK(person.refusal({}).find("remote:2: \"server https://b\" is no setting") !=
          std::string::npos);
}
