// SPDX-License-Identifier: BSD-3-Clause
#include "client/fetch.h"

#include "support/catch.h"

using ww::client::Endpoint;
using ww::client::endpoint_of;
using ww::client::parse_answer;
using ww::client::runtime_target;

TEST_CASE("what identifies a node is percent-encoded", "[client][fetch]") {
    CHECK(runtime_target({"02:00:00:00:00:01", "U-1", "rack 7/a&b"}) ==
          "/runtime/02%3A00%3A00%3A00%3A00%3A01?assetkey=rack%207%2Fa%26b&uuid=U-1&compress=gz");
}

TEST_CASE("the server is where warewulf.conf says", "[client][fetch]") {
    ww::config::WarewulfConf conf = ww::config::WarewulfConf::defaults();
    conf.ipaddr = "10.0.0.1/16";
    conf.warewulf.secure_p = false;
    auto server = endpoint_of(conf, "");
    REQUIRE(server);
    CHECK(server->address.to_string() == "10.0.0.1");
    CHECK(server->port == 9873);
    CHECK(server->source_port == 0);
    CHECK_FALSE(server->tls);

    SECTION("IPv6 wins over IPv4") {
        conf.ipaddr6 = "fd00::1";
        CHECK(endpoint_of(conf, "")->address.to_string() == "fd00::1");
    }
    SECTION("what the environment says wins over both") {
        CHECK(endpoint_of(conf, "10.0.0.9")->address.to_string() == "10.0.0.9");
        CHECK_FALSE(endpoint_of(conf, "a.name"));
    }
    SECTION("a secure server wants a privileged source port, any will do") {
        conf.warewulf.secure_p = true;
        CHECK(endpoint_of(conf, "")->source_port == 987);
        CHECK(endpoint_of(conf, "")->any_privileged_port);
        conf.wwclient.port = 700;
        CHECK(endpoint_of(conf, "")->source_port == 700);
        CHECK_FALSE(endpoint_of(conf, "")->any_privileged_port);
    }
    SECTION("TLS has a port of its own") {
        conf.warewulf.tls_p = true;
        CHECK(endpoint_of(conf, "")->tls);
        CHECK(endpoint_of(conf, "")->port == 9874);
        CHECK(endpoint_of(conf, "")->authority_file == "/warewulf/tls/warewulf.crt");
    }
    SECTION("no address is an error with a way forward") {
        conf.ipaddr.clear();
        auto none = endpoint_of(conf, "");
        REQUIRE_FALSE(none);
        CHECK(none.error().describe().find("WW_IPADDR") != std::string::npos);
    }
}

TEST_CASE("answers are taken apart", "[client][fetch]") {
    auto answer = parse_answer("HTTP/1.1 200 OK\r\nETag: \"a\"\r\ncontent-length: 3\r\n\r\nabc");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->etag == "\"a\"");
    CHECK(answer->body == "abc");

    auto unmodified = parse_answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n");
    REQUIRE(unmodified);
    CHECK(unmodified->status == 304);

    auto to_the_end = parse_answer("HTTP/1.0 200 OK\r\n\r\nabc");
    REQUIRE(to_the_end);
    CHECK(to_the_end->body == "abc");
}

TEST_CASE("broken answers are refused", "[client][fetch]") {
    CHECK_FALSE(parse_answer(""));
    CHECK_FALSE(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"));
    CHECK_FALSE(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"));
    CHECK_FALSE(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc"));
    CHECK_FALSE(parse_answer("SSH-2.0-OpenSSH\r\n\r\n"));
}
