// SPDX-License-Identifier: BSD-3-Clause
//
// The server as its clients see it.
#include "http/server.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <future>

#include "support/catch.h"
#include "support/temp_dir.h"
#include "unit/http/running.h"

using namespace ww::http;
using namespace ww::http::test;
using namespace std::chrono_literals;

namespace {

// A file of `size` bytes whose contents tell their position.
ww::UniqueFd make_file(const std::string& path, size_t size) {
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
    REQUIRE(ww::replace_file(path, bytes));
    return ww::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

TEST_CASE("requests on one connection are answered in order", "[http][server]") {
    Running running(echo);
    Client client(running.port);
    client.send(kGet);
    CHECK(body_of(client.read_reply()) == "GET /x");
    client.send(
        "HEAD /y HTTP/1.1\r\nHost: h\r\n\r\nPOST /z HTTP/1.1\r\nHost: h\r\nContent-Length: "
        "3\r\n\r\nabcGET /w "
        "HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const std::string rest = client.read_all();
    CHECK(rest.find("Content-Length: 7\r\n\r\nHTTP/1.1 200 OK") !=
          std::string::npos);  // HEAD: no body
    CHECK(rest.find("POST /z") != std::string::npos);
    CHECK(rest.ends_with("Connection: close\r\n\r\nGET /w"));
}

TEST_CASE("HTTP/1.0 connections end after the reply", "[http][server]") {
    Running running(echo);
    Client client(running.port);
    client.send("GET /x HTTP/1.0\r\n\r\n");
    CHECK(body_of(client.read_all()) == "GET /x");
}

TEST_CASE("the peer is told apart by address and port", "[http][server]") {
    std::promise<Peer> seen;
    Running running([&](const Request& request, Responder respond) {
        seen.set_value(request.peer);
        respond(text(""));
    });
    Client client(running.port);
    client.send(kGet);
    client.read_reply();
    const Peer peer = seen.get_future().get();
    CHECK(peer.address == "127.0.0.1");
    CHECK(peer.port > 0);
    CHECK_FALSE(peer.credentials.has_value());
}

TEST_CASE("a UNIX socket knows who calls", "[http][server]") {
    const ww::test::TempDir folder;
    std::promise<Peer> seen;
    Running running([&](const Request& request, Responder respond) {
        seen.set_value(request.peer);
        respond(text(""));
    });
    auto listener = listen_unix(folder / "s", 0666);
    REQUIRE(listener);
    running.server->accept_from(std::move(*listener));
    ww::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder / "s";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    Client client(std::move(fd));
    client.send(kGet);
    client.read_reply();
    const Peer peer = seen.get_future().get();
    REQUIRE(peer.credentials.has_value());
    CHECK(peer.credentials->pid == ::getpid());
    CHECK(peer.credentials->uid == ::geteuid());
    CHECK(peer.address.empty());
}

TEST_CASE("a connected socket is served until it ends", "[http][server]") {
    Running running(echo);
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    std::promise<void> closed;
    running.server->serve_connected(ww::UniqueFd(pair[0]), [&] { closed.set_value(); });
    Client client{ww::UniqueFd(pair[1])};
    client.send(kGet);
    CHECK(body_of(client.read_reply()) == "GET /x");
    client.close();
    CHECK(closed.get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("files arrive whole, in part, and are reported", "[http][server]") {
    const ww::test::TempDir folder;
    constexpr size_t kSize = 3'000'017;  // several slices
    const std::string path = folder / "f";
    make_file(path, kSize);
    std::promise<Delivery> delivered;
    Running running([&](const Request&, Responder respond) {
        Reply reply;
        reply.body =
            whole_file(ww::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), kSize, 1600000000);
        reply.delivered = [&](const Delivery& d) { delivered.set_value(d); };
        respond(std::move(reply));
    });
    const std::string bytes = *ww::read_file(path);

    SECTION("whole") {
        Client client(running.port);
        client.send(kGet);
        CHECK((body_of(client.read_reply()) == bytes));
        const Delivery delivery = delivered.get_future().get();
        CHECK(delivery.bytes == static_cast<int64_t>(kSize));
        CHECK(delivery.complete);
    }
    SECTION("a part") {
        Client client(running.port);
        client.send("GET /x HTTP/1.1\r\nHost: h\r\nRange: bytes=1999999-2000001\r\n\r\n");
        CHECK(body_of(client.read_reply()) == bytes.substr(1999999, 3));
    }
    SECTION("nothing but the head") {
        Client client(running.port);
        client.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        const std::string reply = client.read_all();
        CHECK(reply.find("Content-Length: 3000017") != std::string::npos);
        CHECK(body_of(reply).empty());
        CHECK(delivered.get_future().get().complete);
    }
}

TEST_CASE("a file that became shorter ends the connection, not the server", "[http][server]") {
    const ww::test::TempDir folder;
    const std::string path = folder / "f";
    make_file(path, 100);
    std::promise<Delivery> delivered;
    Running running([&](const Request& request, Responder respond) {
        if (request.target == "/ok") return respond(text("ok"));
        Reply reply;
        reply.body = whole_file(ww::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 200);
        reply.delivered = [&](const Delivery& d) { delivered.set_value(d); };
        respond(std::move(reply));
    });
    Client client(running.port);
    client.send(kGet);
    CHECK(body_of(client.read_all()).size() == 100);
    CHECK_FALSE(delivered.get_future().get().complete);
    Client other(running.port);
    other.send("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(body_of(other.read_reply()) == "ok");
}

TEST_CASE("a client that stops reading is cut off", "[http][server][deadline]") {
    const ww::test::TempDir folder;
    constexpr size_t kSize = 64 << 20;  // more than any socket buffer
    const std::string path = folder / "f";
    make_file(path, kSize);
    std::promise<Delivery> delivered;
    Limits limits;
    limits.body_stall = 300ms;
    Running running(
        [&](const Request&, Responder respond) {
            Reply reply;
            reply.body =
                whole_file(ww::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), kSize);
            reply.delivered = [&](const Delivery& d) { delivered.set_value(d); };
            respond(std::move(reply));
        },
        limits);
    Client client(running.port, 4096);
    client.send(kGet);
    auto outcome = delivered.get_future();
    REQUIRE(outcome.wait_for(10s) == std::future_status::ready);
    const Delivery delivery = outcome.get();
    CHECK_FALSE(delivery.complete);
    CHECK(delivery.bytes < static_cast<int64_t>(kSize));
}

TEST_CASE("heads, idle connections and bodies have deadlines", "[http][server][deadline]") {
    Limits limits;
    limits.head = 200ms;
    limits.idle = 200ms;
    limits.body_read = 200ms;
    Running running(echo, limits);
    SECTION("nothing sent") {
        Client client(running.port);
        CHECK(client.closed_by_peer());
    }
    SECTION("half a head") {
        Client client(running.port);
        client.send("GET /x HTT");
        CHECK(client.read_all().starts_with("HTTP/1.1 408 "));
    }
    SECTION("half a body") {
        Client client(running.port);
        client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        CHECK(client.read_all().starts_with("HTTP/1.1 408 "));
    }
    SECTION("idle") {
        Client client(running.port);
        client.send(kGet);
        CHECK(body_of(client.read_reply()) == "GET /x");
        CHECK(client.closed_by_peer());
    }
}

TEST_CASE("an answer that does not come is answered for", "[http][server][deadline]") {
    Limits limits;
    limits.answer = 200ms;
    std::optional<Responder> kept;
    Running running([&](const Request&, Responder respond) { kept.emplace(std::move(respond)); },
                    limits);
    Client client(running.port);
    client.send(kGet);
    CHECK(client.read_all().starts_with("HTTP/1.1 504 "));
    (*kept)(text("too late"));
}

TEST_CASE("a handler that forgets to answer is answered for", "[http][server]") {
    Running running([](const Request&, Responder) {});
    Client client(running.port);
    client.send(kGet);
    CHECK(client.read_reply().starts_with("HTTP/1.1 500 "));
}

TEST_CASE("bad requests are answered and end only their connection", "[http][server]") {
    Running running(echo);
    Client bad(running.port);
    bad.send("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(100000, 'x'));
    const std::string reply = bad.read_all();
    CHECK(reply.starts_with("HTTP/1.1 400 "));
    CHECK(reply.find("Connection: close\r\n") != std::string::npos);
    Client good(running.port);
    good.send(kGet);
    CHECK(body_of(good.read_reply()) == "GET /x");
}

TEST_CASE("bodies are kept where asked for, after 100 Continue where asked for", "[http][server]") {
    Running running(
        [](const Request& request, Responder respond) { respond(text(request.body)); }, {}, true);
    Client client(running.port);
    client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_reply() == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    CHECK(body_of(client.read_reply()) == "hello");
}

TEST_CASE("blocking handlers run on the pool, and a full pool says so", "[http][server]") {
    WorkPool pool(1, 1);
    std::promise<void> entered;
    std::promise<void> release;
    Running running(on_pool(pool, [&](const Request&) {
        entered.set_value();
        release.get_future().wait();
        return text("done");
    }));
    Client first(running.port);
    first.send(kGet);
    entered.get_future().wait();  // the only thread is taken
    REQUIRE(pool.submit([] {}));  // the only place in the queue, too
    Client second(running.port);
    second.send(kGet);
    CHECK(second.read_reply().starts_with("HTTP/1.1 503 "));
    release.set_value();
    CHECK(body_of(first.read_reply()) == "done");
    pool.close();
}

TEST_CASE("draining ends idle connections at once and lets replies finish", "[http][server]") {
    std::promise<Responder> asked;
    Running running([&](const Request& request, Responder respond) {
        if (request.target == "/slow") return asked.set_value(std::move(respond));
        respond(text("quick"));
    });
    Client idle(running.port);
    idle.send(kGet);
    CHECK(body_of(idle.read_reply()) == "quick");
    Client fresh(running.port);
    Client busy(running.port);
    busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    Responder respond = asked.get_future().get();
    std::promise<void> empty;
    auto done = empty.get_future();
    running.server->drain([&] { empty.set_value(); });
    CHECK(idle.closed_by_peer());
    CHECK(fresh.closed_by_peer());
    CHECK(done.wait_for(0s) == std::future_status::timeout);
    respond(text("at last"));
    const std::string reply = busy.read_all();
    CHECK(body_of(reply) == "at last");
    CHECK(reply.find("Connection: close") != std::string::npos);
    CHECK(done.wait_for(10s) == std::future_status::ready);
}
