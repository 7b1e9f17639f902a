// SPDX-License-Identifier: BSD-3-Clause
//
// Requests whose handler is asked before their body is read.
#include <atomic>
#include <future>

#include "support/catch.h"
#include "unit/http/running.h"

using namespace ww::http;
using namespace ww::http::test;

namespace {

// Reads bodies below /call of up to ten bytes, and answers with them; /call/no is refused.
void ask(const Request& request, Responder respond) {
    if (!request.target.starts_with("/call")) return echo(request, std::move(respond));
    CHECK(request.body.empty());
    if (request.target == "/call/no") return respond(text_reply(401, "who?"));
    const std::string announced = std::to_string(request.announced);
    respond.read_body(10, [announced](const Request& whole, Responder again) {
        again(text(announced + " " + whole.body));
    });
}

bool is_call(std::string_view target) { return target.starts_with("/call"); }

std::string post(std::string_view target, std::string_view more) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(more);
}

}  // namespace

TEST_CASE("a body is read when the handler says so", "[http][server][call]") {
    Limits limits;
    limits.call_bytes = 20;
    Running running(ask, limits, /*keep_bodies=*/false, {}, is_call);
    Client client(running.port);

    SECTION("and the connection goes on") {
        client.send(post("/call", "Content-Length: 4\r\n\r\nbody"));
        CHECK(body_of(client.read_reply()) == "4 body");
        client.send(post("/call", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        CHECK(body_of(client.read_reply()) == "-1 abc");
        client.send(post("/call", "\r\n"));
        CHECK(body_of(client.read_reply()) == "0 ");
        client.send(post("/other", "Content-Length: 4\r\n\r\nbody"));
        CHECK(body_of(client.read_reply()) == "POST /other");
    }
    SECTION("only then is a client told to send it") {
        client.send(post("/call", "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
        CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 "));
        client.send("body");
        CHECK(body_of(client.read_reply()) == "4 body");
    }
    SECTION("who is refused is not, and the connection ends unread") {
        client.send(post("/call/no", "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
        const std::string reply = client.read_reply();
        CHECK(reply.starts_with("HTTP/1.1 401 "));
        CHECK(reply.find("Connection: close\r\n") != std::string::npos);
        CHECK(client.closed_by_peer());
    }
    SECTION("who is refused without a body stays") {
        client.send(post("/call/no", "\r\n"));
        CHECK(client.read_reply().starts_with("HTTP/1.1 401 "));
        client.send(post("/call", "Content-Length: 1\r\n\r\nx"));
        CHECK(body_of(client.read_reply()) == "1 x");
    }
    SECTION("one that is longer than the handler takes") {
        client.send(post("/call", "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n"));
        CHECK(client.read_reply().starts_with("HTTP/1.1 413 "));
    }
    SECTION("one that is longer than any") {
        client.send(post("/call", "Content-Length: 21\r\n\r\n"));
        CHECK(client.read_reply().starts_with("HTTP/1.1 413 "));
    }
}

TEST_CASE("a body that does not come lets its handler go", "[http][server][call]") {
    std::promise<void> let_go;
    struct Token {
        explicit Token(std::promise<void>& end) : promise(end) {}
        ~Token() { promise.set_value(); }
        std::promise<void>& promise;
    };
    Running running(
        [&](const Request&, Responder respond) {
            respond.read_body(10,
                              [token = std::make_shared<Token>(let_go)](const Request&, Responder) {
                                  FAIL("asked without a body");
                              });
        },
        {},
        /*keep_bodies=*/false,
        {},
        is_call);
    Client client(running.port);
    client.send(post("/call", "Content-Length: 4\r\n\r\nbo"));
    client.close();
    CHECK(let_go.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
}

TEST_CASE("a peer that hangs up before its reply is noticed", "[http][server][call]") {
    std::promise<void> gone;
    std::promise<Responder> waiting;
    Running running([&](const Request& request, Responder respond) {
        if (request.target != "/x") return echo(request, std::move(respond));
        respond.when_gone([&] { gone.set_value(); });
        waiting.set_value(std::move(respond));
    });
    Client client(running.port);
    client.send(kGet);
    Responder respond = waiting.get_future().get();
    SECTION("at once") {}
    SECTION("also behind a request it sent ahead") {
        client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    client.close();
    CHECK(gone.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    respond(text("late"));
}

TEST_CASE("nobody is told of a peer that stays", "[http][server][call]") {
    std::atomic<bool> gone{false};
    Running running([&](const Request& request, Responder respond) {
        respond.when_gone([&] { gone = true; });
        echo(request, std::move(respond));
    });
    Client client(running.port);
    for (int i = 0; i < 3; ++i) {
        client.send(kGet);
        CHECK(body_of(client.read_reply()) == "GET /x");
    }
    client.close();
    CHECK_FALSE(gone);
}

TEST_CASE("a call that is not answered in its time is answered for", "[http][server][call]") {
    Limits limits;
    limits.call_answer = std::chrono::milliseconds(50);
    std::promise<Responder> held;
    Running running([&](const Request&, Responder respond) { held.set_value(std::move(respond)); },
                    limits,
                    /*keep_bodies=*/false,
                    {},
                    is_call);
    Client client(running.port);
    client.send(post("/call", "\r\n"));
    CHECK(client.read_reply().starts_with("HTTP/1.1 504 "));
    held.get_future().get()(text("late"));
}
