// SPDX-License-Identifier: BSD-3-Clause
//
// Bodies that are made while they are sent.
#include <deque>
#include <functional>
#include <future>
#include <mutex>

#include "support/catch.h"
#include "unit/http/running.h"

using namespace ww::http;
using namespace ww::http::test;

namespace {

// A body that comes when the test says so.
class Feed final : public BodySource {
   public:
    explicit Feed(std::promise<void>& gone) : gone_(gone) {}
    ~Feed() override { gone_.set_value(); }
    void next(std::function<void(std::string)> ready) override {
        std::unique_lock lock(mutex_);
        ready_ = std::move(ready);
        pass(std::move(lock));
    }
    void hung_up() override { hang_up.set_value(); }
    void put(std::string piece) {
        std::unique_lock lock(mutex_);
        pieces_.push_back(std::move(piece));
        pass(std::move(lock));
    }

    std::promise<void> hang_up;

   private:
    // Who takes the last piece destroys us.
    void pass(std::unique_lock<std::mutex> lock) {
        if (!ready_ || pieces_.empty()) return;
        const auto ready = std::exchange(ready_, nullptr);
        std::string piece = std::move(pieces_.front());
        pieces_.pop_front();
        lock.unlock();
        ready(std::move(piece));
    }

    std::promise<void>& gone_;
    std::mutex mutex_;
    std::deque<std::string> pieces_;
    std::function<void(std::string)> ready_;
};

}  // namespace

TEST_CASE("a body can be made while it is sent", "[http][server][stream]") {
    std::promise<Feed*> made;
    std::promise<void> gone;
    Running running([&](const Request& request, Responder respond) {
        if (request.target == "/next") return respond(text("next"));
        auto feed = std::make_unique<Feed>(gone);
        made.set_value(feed.get());
        respond({200, {{"Content-Type", "text"}}, std::move(feed), {}});
    });
    Client client(running.port);

    SECTION("piece by piece, and the connection goes on") {
        client.send(kGet);
        Feed& feed = *made.get_future().get();
        feed.put("one");
        const std::string start = client.read_until("\r\n\r\n3\r\none\r\n");
        CHECK(start.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
        CHECK(start.find("Content-Length") == std::string::npos);
        client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");  // ahead of its turn
        feed.put("two");
        CHECK(client.read_until("\r\n") == "3\r\n");
        CHECK(client.read_until("\r\n") == "two\r\n");
        feed.put("");
        CHECK(client.read_until("\r\n\r\n") == "0\r\n\r\n");
        CHECK(body_of(client.read_reply()) == "next");
    }
    SECTION("to its end for HTTP/1.0") {
        client.send("GET /x HTTP/1.0\r\n\r\n");
        Feed& feed = *made.get_future().get();
        feed.put("one");
        client.read_until("one");
        feed.put("");
        CHECK(client.read_all().empty());
    }
    SECTION("a peer that sends nothing more still gets the rest") {
        client.send(kGet);
        Feed& feed = *made.get_future().get();
        client.end_input();
        feed.hang_up.get_future().get();
        feed.put("last");
        feed.put("");
        CHECK(client.read_all().ends_with("4\r\nlast\r\n0\r\n\r\n"));
    }
    SECTION("a peer that is gone is noticed while there is nothing to send") {
        client.send(kGet);
        Feed& feed = *made.get_future().get();
        client.close();
        feed.hang_up.get_future().get();
        feed.put("");
        gone.get_future().get();
    }
}
