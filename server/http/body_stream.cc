// SPDX-License-Identifier: BSD-3-Clause
#include "http/body_stream.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace ww::http {

namespace {

/// Looks without taking anything: what a peer sends ahead is its next request.
bool input_ended(int fd) {
    char byte = 0;
    const ssize_t got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

/// What the coroutine waits for: a piece from any thread, or the end of the peer's input.
class Mailbox {
   public:
    explicit Mailbox(Socket& socket)
        : executor_(socket.get_executor()), socket_(socket.native_handle()) {}

    void put_piece(std::string piece) {
        const std::lock_guard lock(mutex_);
        piece_ = std::move(piece);
        wake();
    }
    void input_came() {
        const std::lock_guard lock(mutex_);
        if (socket_ < 0 || !input_ended(socket_)) return;
        hung_up_ = true;
        wake();
    }
    /// The socket may go now; what comes late is nobody's.
    void close() {
        const std::lock_guard lock(mutex_);
        socket_ = -1;
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
    int socket_;
    std::optional<std::string> piece_;
    bool hung_up_ = false;
    std::optional<Resume> waiter_;
};

void watch_input(Socket& socket, const std::shared_ptr<Mailbox>& mailbox) {
    socket.async_wait(Socket::wait_read, [mailbox](const error_code& error) {
        if (!error) mailbox->input_came();
    });
}

}  // namespace

Task<Delivery> send_stream(Transport& transport,
                           BodySource& source,
                           const Limits& limits,
                           bool chunked) {
    // Shared: a late piece, or the end of the watch, may come when this coroutine is gone.
    const auto mailbox = std::make_shared<Mailbox>(transport.socket());
    watch_input(transport.socket(), mailbox);
    Delivery delivery;
    bool asked = false;
    while (true) {
        if (!std::exchange(asked, true))
            source.next([mailbox](std::string piece) { mailbox->put_piece(std::move(piece)); });
        transport.deadline().after(limits.answer);
        co_await mailbox->wait();
        if (mailbox->take_hang_up()) source.hung_up();
        std::optional<std::string> piece = mailbox->take_piece();
        if (!piece) continue;
        asked = false;
        const size_t bytes = piece->size();
        const std::string head = chunked ? fmt::format("{:x}\r\n", bytes) : std::string();
        if (chunked) *piece += "\r\n";
        transport.deadline().after(limits.body_stall);
        const bool alive = co_await transport.write(head, *piece);
        if (!alive) break;
        delivery.bytes += static_cast<int64_t>(bytes);
        if (bytes == 0) {
            delivery.complete = true;
            break;
        }
    }
    mailbox->close();
    error_code ignored;
    transport.socket().cancel(ignored);
    co_return delivery;
}

}  // namespace ww::http
