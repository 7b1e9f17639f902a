// SPDX-License-Identifier: BSD-3-Clause
#include "http/body_stream.h"

#include <fmt/format.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "http/hang_up.h"

namespace ww::http {

namespace {

/// What the coroutine waits for: a piece from any thread, or the end of the peer's input.
class Mailbox {
   public:
    explicit Mailbox(Executor executor) : executor_(std::move(executor)) {}

    void put_piece(std::string piece) {
        const std::lock_guard lock(mutex_);
        piece_ = std::move(piece);
        wake();
    }
    void put_hang_up() {
        const std::lock_guard lock(mutex_);
        hung_up_ = true;
        wake();
    }

    /// Waits for one of them. One waiter at a time.
    Task<void> wait() {
        co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
            [this](Resume resume) {
                const std::lock_guard lock(mutex_);
                waiter_.emplace(std::move(resume));
                if (piece_ || hung_up_) wake();
            },
            use_task);
    }
    std::optional<std::string> take_piece() {
        const std::lock_guard lock(mutex_);
        return std::exchange(piece_, std::nullopt);
    }
    bool take_hang_up() {
        const std::lock_guard lock(mutex_);
        return std::exchange(hung_up_, false);
    }

   private:
    using Resume = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

    /// With the lock.
    void wake() {
        if (waiter_) asio::post(executor_, *std::exchange(waiter_, std::nullopt));
    }

    const Executor executor_;
    std::mutex mutex_;  // guards what follows
    std::optional<std::string> piece_;
    bool hung_up_ = false;
    std::optional<Resume> waiter_;
};

}  // namespace

Task<Delivery> send_stream(Transport& transport,
                           BodySource& source,
                           StreamTimes times,
                           bool chunked) {
    // Shared: a late piece, or the end of the watch, may come when this coroutine is gone.
    const auto mailbox = std::make_shared<Mailbox>(transport.socket().get_executor());
    const auto watch =
        HangUpWatch::start(transport.socket(), [mailbox] { mailbox->put_hang_up(); });
    Delivery delivery;
    bool asked = false;
    while (true) {
        if (!std::exchange(asked, true))
            source.next([mailbox](std::string piece) { mailbox->put_piece(std::move(piece)); });
        transport.deadline().after(times.between);
        co_await mailbox->wait();
        if (mailbox->take_hang_up()) source.hung_up();
        std::optional<std::string> piece = mailbox->take_piece();
        if (!piece) continue;
        asked = false;
        const size_t bytes = piece->size();
        const std::string head = chunked ? fmt::format("{:x}\r\n", bytes) : std::string();
        if (chunked) *piece += "\r\n";
        transport.deadline().after(times.stall);
        const bool alive = co_await transport.write(head, *piece);
        if (!alive) break;
        delivery.bytes += static_cast<int64_t>(bytes);
        if (bytes == 0) {
            delivery.complete = true;
            break;
        }
    }
    watch->stop();
    co_return delivery;
}

}  // namespace ww::http
