// SPDX-License-Identifier: BSD-3-Clause
//
// Who comes in, and who goes for that.
#include <sys/socket.h>
#include <sys/un.h>

#include <future>

#include "http/deadline.h"
#include "http/server.h"
#include "support/catch.h"
#include "unit/http/running.h"

using namespace ww::http;
using namespace ww::http::test;
using namespace std::chrono_literals;

namespace {

// Keeps what is asked unanswered until it is told to go on.
class Held {
   public:
    Handler handler() {
        return [this](const Request& request, Responder respond) {
            if (request.target != "/held") return respond(text("now"));
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(respond));
            arrived_.notify_all();
        };
    }
    void wait_for(size_t count) {
        std::unique_lock lock(mutex_);
        REQUIRE(arrived_.wait_for(lock, 60s, [&] { return waiting_.size() >= count; }));
    }
    void answer_all() {
        const std::lock_guard lock(mutex_);
        for (Responder& respond : waiting_) respond(text("later"));
        waiting_.clear();
    }

   private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Responder> waiting_;
};

constexpr const char* kHeld = "GET /held HTTP/1.1\r\nHost: h\r\n\r\n";

Client asked(uint16_t port) {
    Client client(port);
    client.send(kGet);
    client.read_reply();
    return client;
}

}  // namespace

TEST_CASE("a server full of busy connections says so", "[http][server][admission]") {
    Limits limits;
    SECTION("of all") { limits.connections = 1; }
    SECTION("of one address") { limits.per_peer = 1; }
    Held held;
    Running running(held.handler(), limits);
    Client first(running.port);
    first.send(kHeld);
    held.wait_for(1);
    Client second(running.port);
    second.send(kGet);
    const std::string reply = second.read_all();
    CHECK(reply.starts_with("HTTP/1.1 503 "));
    CHECK(reply.find("Retry-After: 5\r\n") != std::string::npos);
    held.answer_all();
    CHECK(body_of(first.read_reply()) == "later");
}

TEST_CASE("the longest idle connection goes for a new one", "[http][server][admission]") {
    Limits limits;
    SECTION("of all") { limits.connections = 3; }
    SECTION("of one address") { limits.per_peer = 3; }
    Held held;
    Running running(held.handler(), limits);
    Client busy(running.port);
    busy.send(kHeld);
    held.wait_for(1);
    Client oldest = asked(running.port);
    // The clock that tells is a coarse one.
    const int64_t seen = Deadline::now_ms();
    while (Deadline::now_ms() == seen) std::this_thread::yield();
    Client younger = asked(running.port);
    Client latest = asked(running.port);
    CHECK(oldest.closed_by_peer());
    for (Client* client : {&younger, &latest}) {
        client->send(kGet);
        CHECK(body_of(client->read_reply()) == "now");
    }
    held.answer_all();
    CHECK(body_of(busy.read_reply()) == "later");
}

TEST_CASE("who connects again and again and says nothing keeps nobody out",
          "[http][server][admission]") {
    Limits limits;
    limits.connections = 8;
    Running running(echo, limits);
    std::vector<Client> silent;
    for (int i = 0; i < 200; ++i) silent.emplace_back(running.port);
    Client client = asked(running.port);
    client.send(kGet);
    CHECK(body_of(client.read_reply()) == "GET /x");
}

TEST_CASE("guests have limits of their own", "[http][server][admission]") {
    Held held;
    Limits limits;
    limits.connections = 2;
    Limits guest_limits;
    guest_limits.connections = 1;
    guest_limits.body_bytes = 10;
    ServerOptions::Guests guests{.are = [](const Peer& peer) { return !peer.address.empty(); },
                                 .limits = guest_limits,
                                 .handler = held.handler()};
    Running running(echo, limits, /*keep_bodies=*/true, std::move(guests));
    Client guest(running.port);
    guest.send(kHeld);
    held.wait_for(1);
    {
        Client another(running.port);
        another.send(kGet);
        CHECK(another.read_all().starts_with("HTTP/1.1 503 "));
    }
    // Without an address: a socketpair.
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    running.server->serve_connected(ww::UniqueFd(ends[0]), {});
    Client host{ww::UniqueFd(ends[1])};
    host.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890");
    CHECK(body_of(host.read_reply()) == "POST /x");
    held.answer_all();
    CHECK(body_of(guest.read_reply()) == "later");
    guest.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890");
    CHECK(guest.read_all().starts_with("HTTP/1.1 413 "));
    std::promise<void> drained;
    running.server->drain([&] { drained.set_value(); });
    CHECK(host.closed_by_peer());
    CHECK(drained.get_future().wait_for(60s) == std::future_status::ready);
}

TEST_CASE("a body has an end, however steadily it drips", "[http][server][deadline]") {
    Limits limits;
    limits.body_read = 300ms;
    limits.body_bytes = 100;
    limits.slowest = 1000;
    Running running(echo, limits, /*keep_bodies=*/true);
    Client client(running.port);
    client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
    // A byte whenever the one before has been taken: never long enough without one.
    bool ended = false;
    for (int i = 0; i < 99 && !ended; ++i) {
        client.send_some("x");
        ended = client.closed_within(50ms);
    }
    CHECK(ended);
}
