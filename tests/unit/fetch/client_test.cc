// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/client.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "server.h"

using namespace ww;
using namespace ww::fetch;
using test::Server;

namespace {

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string redirect_to(const std::string& where) {
    return "HTTP/1.1 308 There\r\nLocation: " + where + "\r\nContent-Length: 0\r\n\r\n";
}

/// What comes of one GET that is answered by `answer`.
Result<Reply> get(const std::string& answer, const Limits& limits = {}) {
    Server server({{answer}});
    return Client(server.url(), {}, limits).send({});
}

}  // namespace

TEST_CASE("a server is asked over a connection that is kept", "[fetch][client]") {
    Server server(
        {{kOk,
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n",
          "HTTP/1.1 201 Made\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"}});
    {
        Client client(server.url(), {});
        CHECK(client.send({.target = "/a"})->body == "ok");
        CHECK(client.send({.method = "DELETE", .target = "/b"})->status == 204);
        const auto made = client.send(
            {.method = "POST", .target = "/c", .fields = {{"Accept", "d"}}, .body = "{}"});
        REQUIRE(made);
        CHECK(made->status == 201);
        CHECK(made->body == "hi");
        CHECK(*made->head.find("x") == "y");
    }
    const std::string host = "|host:" + server.url().host.to_string();
    CHECK(server.requests() ==
          std::vector<std::string>{"GET /a HTTP/1.1" + host + "|",
                                   "DELETE /b HTTP/1.1" + host + "|",
                                   "POST /c HTTP/1.1" + host + "|accept:d|content-length:2|{}"});
}

TEST_CASE("answers without a length end with their connection", "[fetch][client]") {
    Server server({{"HTTP/1.0 200 OK\r\n\r\nall of it"}, {kOk}});
    Client client(server.url(), {});
    CHECK(client.send({})->body == "all of it");
    CHECK(client.send({})->body == "ok");
}

TEST_CASE("a GET is asked once more when its connection had ended, other things are not",
          "[fetch][client]") {
    Server server({{kOk, ""}, {kOk, ""}, {kOk}});
    Client client(server.url(), {});
    CHECK(client.send({}));
    CHECK(client.send({})->body == "ok");
    CHECK(client.send({.method = "POST"}).error().code() == ErrorCode::Unavailable);
    CHECK(client.send({.method = "POST"}));
    CHECK(server.requests().size() == 5);
}

TEST_CASE("what is too large or no answer is refused", "[fetch][client]") {
    const Limits small{.wire = {.head_bytes = 64, .body_bytes = 8}};
    const auto sized = [](size_t size) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
               std::string(size, 'x');
    };
    CHECK(get(sized(8), small)->body == "xxxxxxxx");
    CHECK(get(sized(9), small).error().code() == ErrorCode::TooLarge);
    CHECK(get("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(9, 'x'), small)
              .error()
              .code() == ErrorCode::TooLarge);
    CHECK(get("HTTP/1.1 200 OK\r\nA: " + std::string(64, 'x') + "\r\n\r\n", small).error().code() ==
          ErrorCode::TooLarge);
    CHECK(get("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").error().code() ==
          ErrorCode::Unavailable);
    CHECK(get("SSH-2.0-OpenSSH\r\n\r\n").error().code() == ErrorCode::InvalidArgument);
    std::string interim;
    for (int i = 0; i < 12; ++i) interim += "HTTP/1.1 102 Soon\r\n\r\n";
    CHECK(get(interim).error().code() == ErrorCode::InvalidArgument);
}

TEST_CASE("redirects lead to the same server only, and not for ever", "[fetch][client]") {
    Server server({{redirect_to("/there"), kOk}});
    CHECK(Client(server.url(), {}).send({})->body == "ok");
    const auto away = get(redirect_to("https://elsewhere.example/secret"));
    REQUIRE_FALSE(away);
    CHECK(away.error().code() == ErrorCode::PermissionDenied);
    const std::string again = redirect_to("/");
    Server round({{again, again, again, again}});
    CHECK(Client(round.url(), {}).send({}).error().message().ends_with("redirects without end"));
    Server posted({{redirect_to("/there")}});
    CHECK(Client(posted.url(), {}).send({.method = "POST"})->status == 308);
}

TEST_CASE("waiting ends with the deadline, or when it is stopped", "[fetch][client]") {
    Server silent({{""}});
    const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    Server halves({{half, ""}});
    const Limits short_time{.whole = std::chrono::milliseconds(100)};
    const auto late = Client(halves.url(), {}, short_time).send({});
    REQUIRE_FALSE(late);
    CHECK(late.error().code() == ErrorCode::Timeout);
    const UniqueFd stop(::eventfd(1, 0));  // readable from the start
    const auto stopped = Client(silent.url(), {}, {}, stop.get()).send({});
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code() == ErrorCode::Cancelled);
}

TEST_CASE("who cannot be reached is named, and nothing that was sent", "[fetch][client]") {
    uint16_t port = 0;
    {
        Server gone({});
        port = gone.port();
    }
    const std::string url = "http://127.0.0.1:" + std::to_string(port);
    const auto refused = Client(*parse_url(url), {})
                             .send({.fields = {{"Authorization", "s3cret"}}, .body = "s3cret"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::Unavailable);
    CHECK(refused.error().describe().find("127.0.0.1:" + std::to_string(port)) !=
          std::string::npos);
    CHECK(refused.error().describe().find("s3cret") == std::string::npos);
}
