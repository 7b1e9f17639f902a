// SPDX-License-Identifier: BSD-3-Clause
//
// Both ends of the channel in one process, with a made-up service behind it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <set>
#include <thread>

#include "daemon/link/back_link.h"
#include "daemon/link/front_link.h"
#include "http/work_pool.h"
#include "support/catch.h"

using namespace ww::daemon;
using namespace std::chrono_literals;
namespace http = ww::http;
namespace boot = ww::boot;

namespace {

// "quick*" is answered at once, everything else by the pool; "long*" with a long text, "file*" with
// a file, "pieces*" with a body in pieces.
class FakeAnswers : public Answers {
   public:
    void read_ahead(std::span<const boot::Ask> asks) override {
        for (const boot::Ask& ask : asks) order += "ahead " + ask.identity + ";";
    }
    std::optional<boot::Answer> at_once(const boot::Ask& ask) override {
        order += ask.identity + ";";
        if (ask.identity.starts_with("quick")) return make(ask);
        return std::nullopt;
    }
    std::optional<boot::Answer> answer(const boot::Ask& ask,
                                       const std::function<void()>& again) override {
        if (ask.identity == "wait") release.get_future().wait();
        if (ask.identity.starts_with("later")) {
            std::lock_guard lock(mutex);
            if (!made) {
                waiting.push_back(again);
                if (waiting.size() == expected) all_wait.set_value();
                return std::nullopt;
            }
        }
        return make(ask);
    }
    void sent(const boot::Record& record) override {
        std::lock_guard lock(mutex);
        recorded.push_back(record.node);
    }

    std::promise<void> release;
    std::vector<std::function<void()>> waiting;
    size_t expected = 0;
    std::promise<void> all_wait;
    bool made = false;
    std::mutex mutex;
    std::vector<std::string> recorded;
    std::string order;  // of calls on the event loop

    // Files that all answers in pieces have in common.
    const std::array<ww::SharedFd, 2> common{file_of("the first"), file_of("the second")};

   private:
    static ww::SharedFd file_of(std::string_view text) {
        return std::make_shared<const ww::UniqueFd>(ww::memory_file("t", text).value());
    }
    boot::PieceBody in_pieces(const std::string& own) const {
        boot::PieceBody body;
        body.own = std::make_shared<const std::string>(own);
        const auto length = static_cast<int64_t>(own.size());
        body.pieces = {
            {nullptr, 0, 3}, {common[0], 4, 5}, {common[1], 0, 4}, {nullptr, 3, length - 3}};
        body.size = length + 9;
        body.mtime = 1600000000;
        body.etag = "\"p\"";
        return body;
    }
    boot::Answer make(const boot::Ask& ask) const {
        boot::Answer answer;
        answer.content_type = "text";
        answer.recorded = true;
        answer.record.node = ask.identity;
        if (ask.identity.starts_with("file") || ask.identity == "quick-file") {
            ww::UniqueFd fd(::memfd_create("t", MFD_CLOEXEC));
            REQUIRE(::write(fd.get(), "bytes", 5) == 5);
            answer.body = boot::FileBody{std::move(fd), 5, 1600000000, "\"e\""};
        } else if (ask.identity.starts_with("pieces")) {
            answer.body = in_pieces(ask.identity);
        } else if (ask.identity.starts_with("long")) {
            answer.body = std::string(kMaxInlineBody + 1, 'x');
        } else {
            answer.body = "for " + ask.identity;
        }
        return answer;
    }
};

// Collects the reply to one request.
struct Inbox : http::ReplySink {
    void take(http::Reply reply) override { promise.set_value(std::move(reply)); }
    std::promise<http::Reply> promise;
};

struct Ends {
    Ends() {
        auto pair = channel_pair();
        REQUIRE(pair);
        front_channel = std::make_shared<Channel>(front_context, std::move(pair->first));
        back_channel = std::make_shared<Channel>(back_context, std::move(pair->second));
        front = std::make_shared<FrontLink>(front_channel);
        back = std::make_shared<BackLink>(back_channel, answers, AnswerPools{pool, pool});
    }
    void start() {
        front->start({.drain = [this] { drained.set_value(); }, .certificate = {}});
        for (auto* context : {&front_context, &back_context}) {
            guards.push_back(asio::make_work_guard(*context));
            threads.emplace_back([context] { context->run(); });
        }
    }
    ~Ends() {
        pool.close();
        // An open channel and its link hold each other.
        close(front_context, front_channel);
        close(back_context, back_channel);
        guards.clear();  // the loops end with the channels, which let go of their links then
        for (auto& thread : threads) thread.join();
    }

    void close(asio::io_context& context, std::shared_ptr<Channel> channel) const {
        if (threads.empty()) return;  // never started
        std::promise<void> done;
        asio::post(context, [&] {
            channel->close();
            done.set_value();
        });
        done.get_future().wait();
    }

    std::future<http::Reply> ask(std::string identity) {
        auto inbox = std::make_shared<Inbox>();
        auto reply = inbox->promise.get_future();
        boot::Ask what;
        what.identity = std::move(identity);
        front->ask(std::move(what), http::Responder(inbox));
        return reply;
    }
    std::string recorded() {
        std::lock_guard lock(answers.mutex);
        std::string out;
        for (const std::string& node : answers.recorded) out += node + ";";
        return out;
    }

    FakeAnswers answers;
    http::WorkPool pool{2, 100000};
    asio::io_context front_context;
    asio::io_context back_context;
    std::vector<asio::executor_work_guard<http::Executor>> guards;
    std::vector<std::thread> threads;
    std::shared_ptr<Channel> front_channel;
    std::shared_ptr<Channel> back_channel;
    std::shared_ptr<FrontLink> front;
    std::shared_ptr<BackLink> back;
    std::promise<void> drained;
    std::promise<void> closed;
};

std::string text_of(const http::FileBody& body) {
    std::string text;
    for (const ww::FileSpan& part : body.parts) {
        std::string piece(static_cast<size_t>(part.length), '\0');
        REQUIRE(::pread(part.file->get(), piece.data(), piece.size(), part.offset) == part.length);
        text += piece;
    }
    return text;
}

// Without the settings a real front reads before its event loop: the fake one has none to read.
void start_without_settings(Ends& ends) {
    ends.back->start_listening({{}, {}, [&ends] { ends.closed.set_value(); }});
    ends.start();
}

}  // namespace

TEST_CASE("answers find the one who asked", "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    // More than a packet of asks at once, quick and slow ones mixed.
    std::vector<std::pair<std::string, std::future<http::Reply>>> asked;
    for (int i = 0; i < 3000; ++i) {
        const std::string name = (i % 3 == 0 ? "slow" : "quick") + std::to_string(i);
        asked.emplace_back(name, ends.ask(name));
    }
    for (auto& [name, reply] : asked) {
        REQUIRE(reply.wait_for(10s) == std::future_status::ready);
        const http::Reply got = reply.get();
        CHECK(got.status == 200);
        CHECK(std::get<std::string>(got.body) == "for " + name);
        CHECK(got.headers == http::Headers{{"Content-Type", "text"}});
    }
}

TEST_CASE("who waits for what another one makes holds no thread", "[daemon][link]") {
    Ends ends;
    ends.answers.expected = 10;  // and two threads
    start_without_settings(ends);
    std::vector<std::future<http::Reply>> later;
    for (size_t i = 0; i < ends.answers.expected; ++i)
        later.push_back(ends.ask("later" + std::to_string(i)));
    ends.answers.all_wait.get_future().wait();
    CHECK(ends.ask("slow").get().status == 200);
    std::vector<std::function<void()>> waiting;
    {
        std::lock_guard lock(ends.answers.mutex);
        ends.answers.made = true;
        waiting.swap(ends.answers.waiting);
    }
    for (const auto& again : waiting) again();
    for (size_t i = 0; i < later.size(); ++i)
        CHECK(std::get<std::string>(later[i].get().body) == "for later" + std::to_string(i));
}

TEST_CASE("asks that come together are announced before the first is answered", "[daemon][link]") {
    Ends ends;
    auto first = ends.ask("quick1");
    auto second = ends.ask("quick2");
    start_without_settings(ends);
    first.get();
    second.get();
    CHECK(ends.answers.order == "ahead quick1;ahead quick2;quick1;quick2;");
}

TEST_CASE("a text is recorded when it leaves, a file when it was sent", "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    ends.ask("quick").get();
    CHECK(ends.recorded() == "quick;");
    http::Reply reply = ends.ask("file").get();
    const auto& file = std::get<http::FileBody>(reply.body);
    CHECK(file.size == 5);
    CHECK(file.mtime == 1600000000);
    CHECK(file.etag == "\"e\"");
    CHECK(file.is_resource);
    char bytes[6] = "";
    CHECK(::pread(file.parts.at(0).file->get(), bytes, 5, 0) == 5);
    CHECK(std::string(bytes) == "bytes");
    CHECK(ends.recorded() == "quick;");
    reply.delivered({5, true});
    // The next answer comes after the report was read.
    ends.ask("slow").get();
    CHECK(ends.recorded().starts_with("quick;file;"));
}

TEST_CASE("a long text travels in memory that cannot change", "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    const http::Reply reply = ends.ask("long").get();
    const auto& file = std::get<http::FileBody>(reply.body);
    CHECK_FALSE(file.is_resource);
    CHECK(file.size == static_cast<int64_t>(kMaxInlineBody + 1));
    CHECK(::ftruncate(file.parts.at(0).file->get(), 1) != 0);
    CHECK(ends.recorded() == "long;");
}

TEST_CASE("many files at once find their descriptors", "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    std::vector<std::future<http::Reply>> asked;
    for (int i = 0; i < 500; ++i) asked.push_back(ends.ask("file" + std::to_string(i)));
    for (auto& reply : asked) {
        REQUIRE(reply.wait_for(10s) == std::future_status::ready);
        CHECK(std::get<http::FileBody>(reply.get().body).parts.at(0).file->valid());
    }
}

TEST_CASE("a body in pieces arrives with what is its own, and the rest is passed once",
          "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    std::set<const ww::UniqueFd*> shared;
    std::set<const ww::UniqueFd*> own;
    std::vector<http::Reply> kept;
    for (int i = 0; i < 50; ++i) {
        const std::string name = "pieces" + std::to_string(i);
        auto reply = ends.ask(name);
        REQUIRE(reply.wait_for(10s) == std::future_status::ready);
        kept.push_back(reply.get());
        const auto& body = std::get<http::FileBody>(kept.back().body);
        CHECK(body.size == static_cast<int64_t>(name.size()) + 9);
        CHECK(body.mtime == 1600000000);
        CHECK(body.etag == "\"p\"");
        CHECK(body.is_resource);
        CHECK(text_of(body) == "piefirstthe " + name.substr(3));
        own.insert(body.parts.at(0).file.get());
        for (const size_t part : {1, 2}) shared.insert(body.parts.at(part).file.get());
    }
    CHECK(own.size() == kept.size());
    CHECK(shared.size() == 2);
    CHECK(ends.recorded().empty());
    kept.front().delivered({15, true});
    ends.ask("slow").get();
    CHECK(ends.recorded().starts_with("pieces0;"));
}

TEST_CASE("when the main process goes, who waits and who asks then is told to come back",
          "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    auto waiting = ends.ask("wait");
    ends.back->cut();
    REQUIRE(waiting.wait_for(10s) == std::future_status::ready);
    CHECK(waiting.get().status == 503);
    CHECK(ends.drained.get_future().wait_for(10s) == std::future_status::ready);
    CHECK(ends.ask("quick").get().status == 503);
    ends.answers.release.set_value();
}

TEST_CASE("a drain reaches the front", "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    ends.back->drain();
    CHECK(ends.drained.get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("a front says that it lives", "[daemon][link]") {
    Ends ends;
    start_without_settings(ends);
    for (int i = 0; i < 3; ++i) {
        std::promise<uint32_t> missing;
        asio::post(ends.back_context, [&] { missing.set_value(ends.back->ping()); });
        CHECK(missing.get_future().get() == 1);
        ends.ask("quick").get();  // when the answer is there, the sign of life is on its way
        ends.ask("quick").get();  // behind it
    }
}

namespace {

// A front that asks for one thing and never reads; what became of it.
struct Unread {
    Unread(const char* identity, Channel::Bounds bounds) {
        auto pair = channel_pair();
        REQUIRE(pair);
        FakeAnswers answers;
        http::WorkPool pool(1, 10);
        asio::io_context context;
        auto back = std::make_shared<BackLink>(
            std::make_shared<Channel>(context, std::move(pair->second), bounds),
            answers,
            AnswerPools{pool, pool});
        back->start_listening({{}, {}, [&] { closed = true; }});
        AskFrame frame;
        frame.ask.identity = identity;
        for (int i = 0; i < 100'000 && !closed; ++i, ++asked) {
            std::string bytes;
            frame.id = static_cast<uint32_t>(i);
            encode(frame, bytes);
            if (::send(pair->first.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
            context.poll();
        }
        back->cut();
        context.run();
    }
    bool closed = false;
    int asked = 0;
};

}  // namespace

TEST_CASE("a front that asks and does not read is cut off", "[daemon][link]") {
    const Unread texts("quick", {.bytes = 100'000});
    CHECK(texts.closed);
    CHECK(texts.asked < 100'000);
    const Unread files("quick-file", {.fds = 100});
    CHECK(files.closed);
    CHECK(files.asked < 100'000);
}

TEST_CASE("a front that talks nonsense is cut off", "[daemon][link]") {
    auto pair = channel_pair();
    REQUIRE(pair);
    FakeAnswers answers;
    http::WorkPool pool(1, 10);
    asio::io_context context;
    auto back =
        std::make_shared<BackLink>(std::make_shared<Channel>(context, std::move(pair->second)),
                                   answers,
                                   AnswerPools{pool, pool});
    bool closed = false;
    back->start_listening({{}, {}, [&] { closed = true; }});
    REQUIRE(::send(pair->first.get(), "nonsense", 8, 0) == 8);
    context.run();  // ends because nothing is left to do
    CHECK(closed);
    char byte = 0;
    CHECK(::recv(pair->first.get(), &byte, 1, MSG_DONTWAIT) == 0);
}
