// SPDX-License-Identifier: BSD-3-Clause
#include "http/connection.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "http/body_parts.h"
#include "http/body_stream.h"
#include "http/hang_up.h"
#include "http/reply_head.h"
#include "http/request_parser.h"
#include "http/work_pool.h"

namespace ww::http {

namespace {

// Enough for the head of any boot client's request; grows for longer ones.
constexpr size_t kFirstBuffer = 2 << 10;
// Reading the body of an API request.
constexpr size_t kBodyBuffer = 64 << 10;

// Bytes received and not yet understood.
class InputBuffer {
   public:
    std::string_view unread() const { return {data_.data() + begin_, end_ - begin_}; }
    void consume(size_t bytes) {
        begin_ += bytes;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    // Room for at least one more byte, of `wanted` in all.
    void make_room(size_t wanted) {
        if (begin_ > 0) {
            std::copy(data_.begin() + static_cast<ptrdiff_t>(begin_),
                      data_.begin() + static_cast<ptrdiff_t>(end_),
                      data_.begin());
            end_ -= begin_;
            begin_ = 0;
        }
        if (data_.size() < wanted) data_.resize(wanted);
        if (end_ == data_.size()) data_.resize(data_.size() * 2);
    }
    char* room() { return data_.data() + end_; }
    size_t room_size() const { return data_.size() - end_; }
    void received(size_t bytes) { end_ += bytes; }

   private:
    std::vector<char> data_ = std::vector<char>(kFirstBuffer);
    size_t begin_ = 0;
    size_t end_ = 0;
};

class Connection final : public ReplySink,
                         public Watched,
                         public std::enable_shared_from_this<Connection> {
   public:
    Connection(std::shared_ptr<ServerState> server, Socket socket, Arrival arrival)
        : server_(std::move(server)),
          refuse_(arrival.refuse),
          transport_(
              arrival.tls
                  ? arrival.tls->transport(
                        std::move(socket), deadline, server_->limits, server_->pool)
                  : plain_transport(std::move(socket), deadline, server_->limits, server_->pool)),
          parser_(server_->limits, server_->keep_bodies, server_->asks_first),
          executor_(transport_->socket().get_executor()) {
        is_idle();  // until it has said something
        server_->registry->add(*this, arrival.peer.name());
        parser_.request().peer = std::move(arrival.peer);
    }
    ~Connection() override { server_->registry->remove(*this); }

    Task<void> run() {
        deadline.after(server_->limits.head);
        const bool connected = co_await transport_->handshake();
        if (!connected) {
            linger_ = true;
        } else if (refuse_) {
            linger_ = co_await refuse();
        } else {
            for (bool more = true; more;) more = co_await serve_one();
        }
        phase_ = Phase::Closing;
        co_await transport_->finish(linger_);
        deadline.clear();
    }

    // ---- from other threads ----

    void read_body(size_t limit, Handler then) override {
        if (answered_.exchange(true)) return;
        wish_ = {limit, std::move(then)};
        asio::post(executor_, *std::exchange(resume_, std::nullopt));
    }

    void when_gone(std::function<void()> gone) override {
        watch_ = HangUpWatch::start(transport_->socket(), std::move(gone));
    }

    void take(Reply reply) override {
        if (answered_.exchange(true)) return;  // late: the deadline has answered already
        reply_ = std::move(reply);
        asio::post(executor_, *std::exchange(resume_, std::nullopt));
    }

    void expire() override {
        switch (phase_.load()) {
            case Phase::Answering:
                timed_out_ = true;
                take(text_reply(504, "no answer in time\n"));
                return;
            case Phase::Idle:
            case Phase::Reading:
                timed_out_ = true;
                return transport_->end_input();
            case Phase::Sending:
                transport_->discard_unsent();
                return transport_->cut();
            case Phase::Streaming:  // the end of the input is what the source hears of
            case Phase::Closing:
                return transport_->cut();
        }
    }

    void drain() override {
        if (phase_ == Phase::Idle) transport_->end_input();
    }

   private:
    enum class Phase { Idle, Reading, Answering, Sending, Streaming, Closing };

    // False: this was the last request.
    Task<bool> serve_one() {
        bool complete = co_await read_head();
        const bool asks_first = complete && parser_.asks_first();
        if (complete && !asks_first) complete = co_await read_body();
        if (complete) co_await ask(server_->handler);
        if (complete && wish_.then) {
            const Wish wish = std::exchange(wish_, {});
            parser_.limit_body(wish.limit);
            complete = co_await read_body();
            if (complete) co_await ask(wish.then);
        }
        if (!complete) {
            const int failure = parser_.state() == RequestParser::State::Failed ? parser_.failure()
                                : timed_out_ && phase_ == Phase::Reading        ? 408
                                                                                : 0;
            if (failure != 0)
                linger_ =
                    co_await send(text_reply(failure, failure_text(failure)), /*keep_alive=*/false);
            co_return false;
        }
        // An HTTP/1.0 peer knows the end of a body of unknown length by the end of the connection.
        const bool has_end = !parser_.http_1_0() || !is_stream(reply_);
        const bool unread = parser_.state() == RequestParser::State::Body;
        const bool keep_alive =
            parser_.keep_alive() && has_end && !timed_out_ && !unread && !server_->draining;
        const bool alive = co_await send(std::move(reply_), keep_alive);
        if (unread) linger_ = alive;
        if (!alive || !keep_alive) co_return false;
        parser_.next();
        co_return true;
    }

    static bool is_stream(const Reply& reply) {
        return std::holds_alternative<std::unique_ptr<BodySource>>(reply.body);
    }

    static std::string failure_text(int status) {
        return std::string(reason_phrase(status)) + "\n";
    }

    Limits::Duration answer_time() const {
        return parser_.asks_first() ? server_->limits.call_answer : server_->limits.answer;
    }

    // The longest that so many bytes may take.
    Limits::Duration whole_body(uint64_t bytes) const {
        return std::chrono::seconds(bytes / server_->limits.slowest);
    }

    // Reads the head of one request. False: the peer has gone, is too slow, or sent something that
    // is none.
    Task<bool> read_head() {
        using State = RequestParser::State;
        const Limits& limits = server_->limits;
        if (in_.unread().empty()) {
            phase_ = Phase::Idle;
            is_idle();
            deadline.after(std::exchange(first_, false) ? limits.head : limits.idle);
            // A drain that began just before this store has not seen us idle.
            if (server_->draining) co_return false;
            const bool more = co_await receive(kFirstBuffer);
            is_busy();
            if (!more) co_return false;
        }
        phase_ = Phase::Reading;
        deadline.after(limits.head);
        while (true) {
            in_.consume(parser_.put(in_.unread()));
            if (parser_.state() != State::Head) break;
            const bool more = co_await receive(kFirstBuffer);
            if (!more) co_return false;
        }
        co_return parser_.state() != State::Failed;
    }

    // The same of its body.
    Task<bool> read_body() {
        using State = RequestParser::State;
        const Limits& limits = server_->limits;
        phase_ = Phase::Reading;
        if (parser_.state() == State::Body && parser_.expects_continue()) {
            constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
            const bool alive = co_await transport_->write(kContinue, {});
            if (!alive) co_return false;
        }
        const size_t longest = parser_.asks_first() ? limits.call_bytes : limits.body_bytes;
        deadline.end_within(limits.body_read + whole_body(longest));
        while (parser_.state() == State::Body) {
            in_.consume(parser_.put(in_.unread()));
            if (parser_.state() != State::Body) break;
            deadline.after(limits.body_read);
            const bool more = co_await receive(kBodyBuffer);
            if (!more) co_return false;
        }
        deadline.without_end();
        co_return parser_.state() == State::Done;
    }

    Task<bool> receive(size_t buffer) {
        in_.make_room(buffer);
        const size_t got = co_await transport_->read_some(in_.room(), in_.room_size());
        in_.received(got);
        co_return got > 0;
    }

    // Leaves the answer in reply_, or what is wanted first in wish_.
    Task<void> ask(const Handler& handler) {
        deadline.after(answer_time());
        co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
            [this, &handler](Resume resume) {
                resume_.emplace(std::move(resume));
                // From here on the deadline may answer.
                answered_ = false;
                phase_ = Phase::Answering;
                handler(parser_.request(), Responder(shared_from_this()));
            },
            use_task);
        if (const auto watch = std::exchange(watch_, nullptr)) watch->stop();
    }

    // False: the peer has gone.
    Task<bool> send(Reply reply, bool keep_alive) {
        phase_ = Phase::Sending;
        deadline.after(server_->limits.body_stall);
        const BodyPlan plan = plan_body(parser_.request(), reply);
        if (!plan.chunked)
            deadline.end_within(server_->limits.body_stall + whole_body(plan.length));
        write_head(reply, plan, keep_alive, parser_.http_1_0(), head_);
        Delivery delivery;
        bool alive = false;
        if (const auto* text = std::get_if<std::string>(&reply.body)) {
            const std::string_view body =
                std::string_view(*text).substr(0, static_cast<size_t>(plan.length));
            alive = co_await transport_->write(head_, body);
            if (alive) delivery.bytes = plan.length;
        } else if (is_stream(reply)) {
            const auto source = std::get<std::unique_ptr<BodySource>>(std::move(reply.body));
            alive = co_await transport_->write(head_, {});
            if (alive && plan.chunked) {
                phase_ = Phase::Streaming;
                delivery = co_await send_stream(*transport_,
                                                *source,
                                                {server_->limits.body_stall, answer_time()},
                                                /*chunked=*/!parser_.http_1_0());
                alive = delivery.complete;
            }
        } else {
            const FileBody& file = *std::get_if<FileBody>(&reply.body);
            const Cork cork(transport_->socket());
            alive = co_await transport_->write(head_, {});
            if (alive && plan.length > 0) {
                delivery.bytes = co_await send_parts(*transport_, file, plan.first, plan.length);
                alive = delivery.bytes == plan.length;
            }
        }
        deadline.without_end();
        delivery.complete = alive;
        if (reply.delivered) reply.delivered(delivery);
        co_return alive;
    }

    Task<bool> refuse() {
        const bool complete = co_await read_head();
        if (complete) (void)co_await read_body();
        co_return co_await send(busy_reply(), /*keep_alive=*/false);
    }

    using Resume = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

    const std::shared_ptr<ServerState> server_;
    const bool refuse_;
    const std::unique_ptr<Transport> transport_;
    RequestParser parser_;
    const Executor executor_;
    InputBuffer in_;
    std::string head_;
    bool linger_ = false;  // how to close: the peer may still be sending
    bool first_ = true;    // nothing was read yet: a new connection has no right to be idle

    std::atomic<Phase> phase_{Phase::Idle};
    std::atomic<bool> timed_out_{false};
    // Set by whoever answers the request under way: the handler or the deadline.
    std::atomic<bool> answered_{true};
    std::optional<Resume> resume_;
    Reply reply_;
    // What a handler that was asked first wants before it replies.
    struct Wish {
        size_t limit = 0;
        Handler then;
    };
    Wish wish_;
    std::shared_ptr<HangUpWatch> watch_;  // while a reply is made, if somebody wants to know
};

}  // namespace

void serve(std::shared_ptr<ServerState> server,
           Socket socket,
           Arrival arrival,
           std::function<void()> closed) {
    const Executor executor = socket.get_executor();
    auto connection =
        std::make_shared<Connection>(std::move(server), std::move(socket), std::move(arrival));
    Connection& self = *connection;
    asio::co_spawn(executor,
                   self.run(),
                   [connection = std::move(connection),
                    closed = std::move(closed)](const std::exception_ptr& error) {
                       if (error) {
                           // Not ours: a library ran out of memory. This connection ends, no other
                           // does.
                           log::error("http.exception a connection ended by an exception");
                       }
                       if (closed) closed();
                   });
}

}  // namespace ww::http
