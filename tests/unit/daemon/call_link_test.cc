// SPDX-License-Identifier: BSD-3-Clause
//
// Calls over both ends of the channel in one process, with a made-up answerer behind it.
#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <thread>

#include "daemon/link/back_link.h"
#include "daemon/link/front_link.h"
#include "http/work_pool.h"
#include "support/catch.h"

using namespace ww::daemon;
using namespace std::chrono_literals;
namespace http = ww::http;
namespace boot = ww::boot;
namespace rest = ww::rest;

namespace {

struct NoAnswers final : Answers {
    void read_ahead(std::span<const boot::Ask>) override {}
    std::optional<boot::Answer> at_once(const boot::Ask&) override { return boot::Answer{}; }
    std::optional<boot::Answer> answer(const boot::Ask&, const std::function<void()>&) override {
        return boot::Answer{};
    }
    void sent(const boot::Record&) override {}
};

// Keeps what begins until a test takes it.
class Desk final : public rest::Calls {
   public:
    void begin(std::shared_ptr<rest::Exchange> exchange) override {
        const std::lock_guard lock(mutex_);
        calls_.push_back(std::move(exchange));
        came_.notify_all();
    }
    std::shared_ptr<rest::Exchange> take() {
        std::unique_lock lock(mutex_);
        REQUIRE(came_.wait_for(lock, 10s, [this] { return !calls_.empty(); }));
        auto call = std::move(calls_.front());
        calls_.pop_front();
        return call;
    }

    void clear() { calls_.clear(); }

   private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<std::shared_ptr<rest::Exchange>> calls_;
};

// The connection of one call: collects its reply, sends its body when asked to.
struct Client : http::ReplySink {
    void take(http::Reply got) override { reply.set_value(std::move(got)); }
    void read_body(size_t limit, http::Handler then) override {
        if (!body) held = std::move(then);
        asked.set_value(limit);
        if (!body) return;
        http::Request request;
        request.body = *body;
        auto again = std::make_shared<Client>();
        next = again;
        then(request, http::Responder(again));
    }
    void when_gone(std::function<void()> callback) override { gone = std::move(callback); }

    std::promise<http::Reply> reply;
    std::promise<size_t> asked;
    std::optional<std::string> body;  // none: it does not come
    http::Handler held;
    std::shared_ptr<Client> next;  // that of the second question
    std::function<void()> gone;
};

template <class T>
T get(std::promise<T>& promise) {
    auto future = promise.get_future();
    REQUIRE(future.wait_for(10s) == std::future_status::ready);
    return future.get();
}

struct Ends {
    Ends() {
        auto pair = channel_pair();
        REQUIRE(pair);
        front_channel = std::make_shared<Channel>(front_context, std::move(pair->first));
        back_channel = std::make_shared<Channel>(back_context, std::move(pair->second));
        front = std::make_shared<FrontLink>(front_channel);
        back = std::make_shared<BackLink>(back_channel, answers, AnswerPools{pool, pool}, &desk);
        back->start_listening({{}, {}, [this] { closed.set_value(); }});
        front->start({.drain = [] {}, .certificate = {}});
        for (auto* context : {&front_context, &back_context}) {
            guards.push_back(asio::make_work_guard(*context));
            threads.emplace_back([context] { context->run(); });
        }
    }
    ~Ends() {
        close();
        guards.clear();
        for (auto& thread : threads) thread.join();
        desk.clear();  // while there is something that what is left in it came over
        pool.close();
    }
    void close() {
        for (const auto& [context, channel] :
             {std::pair{&front_context, front_channel}, std::pair{&back_context, back_channel}})
            on(*context, [channel] { channel->close(); });
    }
    static void on(asio::io_context& context, const std::function<void()>& work) {
        std::promise<void> done;
        asio::post(context, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }
    std::shared_ptr<Client> call(std::optional<std::string> body = {}, int64_t announced = 0) {
        auto client = std::make_shared<Client>();
        client->body = std::move(body);
        rest::Head head;
        head.path = {"api", "x"};
        head.body_bytes = announced;
        front->call(std::move(head), http::Responder(client));
        return client;
    }

    NoAnswers answers;
    Desk desk;
    http::WorkPool pool{1, 10};
    asio::io_context front_context;
    asio::io_context back_context;
    std::vector<asio::executor_work_guard<http::Executor>> guards;
    std::vector<std::thread> threads;
    std::shared_ptr<Channel> front_channel;
    std::shared_ptr<Channel> back_channel;
    std::shared_ptr<FrontLink> front;
    std::shared_ptr<BackLink> back;
    std::promise<void> closed;
};

// A body that comes when the test says so.
class Feed final : public http::BodySource {
   public:
    explicit Feed(std::promise<void>& end) : end_(end) {}
    ~Feed() override { end_.set_value(); }
    void next(std::function<void(std::string)> ready) override {
        const std::lock_guard lock(mutex_);
        ready_ = std::move(ready);
        asked_.notify_all();
    }
    // On the thread that asks for pieces: the test waits for it, not we.
    void hung_up() override { hung_up_.set_value(); }
    void wait_for_hang_up() { get(hung_up_); }
    void put(std::string piece) {
        std::function<void(std::string)> ready;
        {
            std::unique_lock lock(mutex_);
            REQUIRE(asked_.wait_for(lock, 10s, [this] { return ready_ != nullptr; }));
            ready = std::exchange(ready_, nullptr);
        }
        ready(std::move(piece));
    }

   private:
    std::promise<void>& end_;
    std::mutex mutex_;
    std::condition_variable asked_;
    std::function<void(std::string)> ready_;
    std::promise<void> hung_up_;
};

std::string next_piece(http::BodySource& source) {
    std::promise<std::string> piece;
    source.next([&](std::string text) { piece.set_value(std::move(text)); });
    return get(piece);
}

}  // namespace

TEST_CASE("a call is answered without its body", "[daemon][call]") {
    Ends ends;
    const auto client = ends.call("body", 4);
    const auto exchange = ends.desk.take();
    CHECK(exchange->head().path_text() == "/api/x");
    exchange->answer({401, {{"Allow", "GET"}, {"Allow", "PUT"}}, "who?", {}});
    const http::Reply reply = get(client->reply);
    CHECK(reply.status == 401);
    CHECK(reply.headers.size() == 2);
    CHECK(std::get<std::string>(reply.body) == "who?");
}

TEST_CASE("a body comes over when it is asked for", "[daemon][call]") {
    Ends ends;
    for (const size_t bytes : {size_t{0}, size_t{5}, kMaxInlineBody, size_t{3} << 20}) {
        const std::string body(bytes, 'x');
        const auto client = ends.call(body, static_cast<int64_t>(bytes));
        const auto exchange = ends.desk.take();
        std::promise<std::string> came;
        exchange->read_body(4 << 20, [&](rest::Body got) { came.set_value(*got.take()); });
        CHECK(get(came) == body);
        CHECK(get(client->asked) == bytes);
        exchange->answer({200, {}, std::string(bytes, 'y'), {}});
        const http::Reply reply = get(client->next->reply);
        if (const auto* file = std::get_if<http::FileBody>(&reply.body))
            CHECK(file->size == static_cast<int64_t>(bytes));
        else
            CHECK(std::get<std::string>(reply.body).size() == bytes);
    }
}

TEST_CASE("a body that is announced longer than it may be is not asked for", "[daemon][call]") {
    Ends ends;
    const auto client = ends.call("xxx", 3);
    ends.desk.take()->read_body(2, [](rest::Body) { FAIL("a body"); });
    CHECK(get(client->reply).status == 413);
}

TEST_CASE("bodies that wait have a bound together", "[daemon][call]") {
    Ends ends;
    constexpr size_t kEach = 32 << 20;
    const auto ask = [&](int64_t announced) {
        auto client = ends.call({}, announced);
        auto exchange = ends.desk.take();
        rest::Exchange& call = *exchange;
        call.read_body(kEach, [exchange = std::move(exchange)](rest::Body) {});
        return client;
    };
    std::vector<std::shared_ptr<Client>> clients;
    for (size_t sum = 0; sum < kMaxCallBytes; sum += kEach) {
        clients.push_back(ask(-1));
        CHECK(get(clients.back()->asked) == kEach);
    }
    CHECK(get(ask(1)->reply).status == 503);
    // One that gives up makes room; when, its exchange tells by its end.
    clients.front()->held = {};
    bool room = false;
    while (!room) {
        const auto client = ask(1);
        auto asked = client->asked.get_future();
        auto reply = client->reply.get_future();
        while (!room && reply.wait_for(1ms) != std::future_status::ready)
            room = asked.wait_for(1ms) == std::future_status::ready;
        client->held = {};
    }
    for (const auto& client : clients) client->held = {};
}

TEST_CASE("calls have a bound", "[daemon][call]") {
    Ends ends;
    std::vector<std::shared_ptr<rest::Exchange>> held;
    for (size_t i = 0; i < kMaxCalls; ++i) {
        (void)ends.call();
        held.push_back(ends.desk.take());
    }
    const http::Reply over = get(ends.call()->reply);
    CHECK(over.status == 503);
    CHECK(http::find(over.headers, "Retry-After"));
    held.pop_back();  // unanswered: 500, and over
    const auto again = ends.call();
    ends.desk.take()->answer({200, {}, {}, {}});
    CHECK(get(again->reply).status == 200);
}

TEST_CASE("a client that goes away is told of", "[daemon][call]") {
    Ends ends;
    SECTION("while it waits") {
        const auto client = ends.call();
        const auto exchange = ends.desk.take();
        std::promise<void> gone;
        const std::stop_callback told(exchange->gone(), [&] { gone.set_value(); });
        client->gone();
        CHECK(gone.get_future().wait_for(10s) == std::future_status::ready);
    }
    SECTION("while its body is awaited") {
        const auto client = ends.call({}, 10);
        auto exchange = ends.desk.take();
        const std::stop_token token = exchange->gone();
        std::promise<void> gone;
        const std::stop_callback told(token, [&] { gone.set_value(); });
        exchange->read_body(10, [exchange](rest::Body) { FAIL("a body"); });
        exchange.reset();
        (void)get(client->asked);
        client->held = {};
        CHECK(gone.get_future().wait_for(10s) == std::future_status::ready);
    }
    SECTION("with the front") {
        (void)ends.call();
        const auto exchange = ends.desk.take();
        std::promise<void> gone;
        const std::stop_callback told(exchange->gone(), [&] { gone.set_value(); });
        ends.close();
        CHECK(gone.get_future().wait_for(10s) == std::future_status::ready);
    }
}

TEST_CASE("a stream comes through, and ends with either side", "[daemon][call]") {
    Ends ends;
    const auto client = ends.call();
    std::promise<void> end;
    auto feed = std::make_unique<Feed>(end);
    Feed& made = *feed;
    ends.desk.take()->answer({200, {{"Content-Type", "x"}}, std::move(feed), {}});
    http::Reply reply = get(client->reply);
    auto source = std::get<std::unique_ptr<http::BodySource>>(std::move(reply.body));
    made.put("one");
    CHECK(next_piece(*source) == "one");
    made.put("two");
    CHECK(next_piece(*source) == "two");
    SECTION("the source's") {
        made.put("");
        CHECK(next_piece(*source).empty());
    }
    SECTION("the client's, who still hears how it ended") {
        source->hung_up();
        made.wait_for_hang_up();
        made.put("the last word");
        CHECK(next_piece(*source) == "the last word");
        made.put("");
        CHECK(next_piece(*source).empty());
    }
    SECTION("the connection's") { source.reset(); }
    CHECK(end.get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("a front that sends what it was not asked for is cut off", "[daemon][call]") {
    Ends ends;
    std::string bytes;
    std::vector<ww::UniqueFd> fds;
    SECTION("a body of no call") { encode(CallBodyFrame{.id = 77}, bytes, fds); }
    SECTION("a call under a number that is in use") {
        CallFrame call;
        call.id = 1;
        call.head.path = {"api"};
        (void)ends.call();
        encode(call, bytes);
    }
    SECTION("a body that is longer than was granted") {
        const auto client = ends.call({}, 3);
        ends.desk.take()->read_body(3, [](rest::Body) {});
        (void)get(client->asked);
        encode(CallBodyFrame{.id = 1, .text = "four"}, bytes, fds);
    }
    ends.front_channel->send(bytes, std::move(fds));
    CHECK(ends.closed.get_future().wait_for(10s) == std::future_status::ready);
}
