// SPDX-License-Identifier: BSD-3-Clause
//
// The plain transport. Writes are tried at once and wait only for a full socket; files leave by
// sendfile(2), or by copying where that cannot go.
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <vector>

#include "http/file_warmth.h"
#include "http/transport.h"
#include "http/turns.h"

namespace ww::http {

Transport::Transport(Socket socket, Deadline& deadline, const Limits& limits)
    : socket_(std::move(socket)), deadline_(deadline), limits_(limits) {}

// shutdown(2) and setsockopt(2) are safe from any thread; the descriptor stays open until the
// transport is destroyed, which the registry's lock keeps apart from these calls.
void Transport::cut() { ::shutdown(socket_.native_handle(), SHUT_RDWR); }
void Transport::end_input() { ::shutdown(socket_.native_handle(), SHUT_RD); }
void Transport::discard_unsent() {
    const linger now{1, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

Task<void> Transport::finish(bool linger) {
    ::shutdown(socket_.native_handle(), SHUT_WR);
    if (!linger) co_return;
    // One deadline and one bound for all of it: a peer that goes on sending is not owed more.
    constexpr size_t kMostDiscarded = 1 << 20;
    deadline_.after(limits_.linger);
    std::array<char, 4096> discarded;
    for (size_t total = 0; total < kMostDiscarded;) {
        error_code error;
        const size_t got =
            co_await socket_.async_read_some(asio::buffer(discarded.data(), discarded.size()),
                                             asio::redirect_error(use_task, error));
        if (error || got == 0) co_return;
        total += got;
    }
}

Cork::Cork(Socket& socket) : socket_(socket) {
    const int on = 1;
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}
Cork::~Cork() {
    const int off = 0;
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_CORK, &off, sizeof off);
}

namespace {

class PlainTransport final : public Transport {
   public:
    PlainTransport(Socket socket, Deadline& deadline, const Limits& limits, WorkPool* pool)
        : Transport(std::move(socket), deadline, limits), pool_(pool), turns_(Turns::of(socket_)) {
        error_code ignored;
        socket_.native_non_blocking(true, ignored);
    }

    Task<bool> handshake() override { co_return true; }

    Task<size_t> read_some(char* to, size_t capacity) override {
        error_code error;
        co_return co_await socket_.async_read_some(asio::buffer(to, capacity),
                                                   asio::redirect_error(use_task, error));
    }

    Task<bool> write(std::string_view head, std::string_view body) override {
        while (!head.empty() || !body.empty()) {
            const int64_t sent = send_once(head, body);
            if (sent < 0) {
                if (errno == EINTR) continue;
                if (errno != EAGAIN) co_return false;
                const bool room = co_await writable();
                if (!room) co_return false;
                continue;
            }
            deadline_.after(limits_.body_stall);
            const size_t of_head = std::min(static_cast<size_t>(sent), head.size());
            head.remove_prefix(of_head);
            body.remove_prefix(static_cast<size_t>(sent) - of_head);
        }
        co_return true;
    }

    Task<int64_t> send_file(FileSlice slice, Pace pace) override {
        int64_t total = 0;
        for (int64_t warmed = 0; total < slice.length;) {
            if (total == warmed) {
                const int64_t ahead =
                    std::min(slice.length - total, static_cast<int64_t>(limits_.slice_bytes));
                co_await warm(pool_, {slice.fd, slice.offset + total, ahead});
                warmed += ahead;
            }
            if (pace == Pace::ByTurns) co_await turns_.take();
            const FileSlice next{slice.fd, slice.offset + total, warmed - total};
            const int64_t sent = co_await send_slice(next);
            if (sent < 0) break;
            total += sent;
        }
        co_return total;
    }

   private:
    int64_t send_once(std::string_view head, std::string_view body) {
        std::array<iovec, 2> pieces{{{const_cast<char*>(head.data()), head.size()},
                                     {const_cast<char*>(body.data()), body.size()}}};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        return ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    Task<bool> writable() {
        error_code error;
        co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_task, error));
        co_return !error;
    }

    // Bytes that went out at once, after which there is room for more; below 0: there will not be.
    Task<int64_t> send_slice(FileSlice slice) {
        if (copies_) co_return co_await copy_slice(slice);
        off_t offset = slice.offset;
        const ssize_t sent = ::sendfile(
            socket_.native_handle(), slice.fd, &offset, static_cast<size_t>(slice.length));
        if (sent > 0) deadline_.after(limits_.body_stall);
        if (sent == slice.length) co_return sent;
        if (sent == 0) co_return -1;  // the file became shorter
        if (sent < 0 && errno == EINTR) co_return 0;
        if (sent < 0 && (errno == EINVAL || errno == ENOSYS)) {
            copies_ = true;  // a file system without it
            co_return 0;
        }
        if (sent < 0 && errno != EAGAIN) co_return -1;
        const bool room = co_await writable();
        // What did go out is told first: the end shows with the next one.
        co_return room || sent > 0 ? std::max<int64_t>(sent, 0) : -1;
    }

    Task<int64_t> copy_slice(FileSlice slice) {
        buffer_.resize(std::min(static_cast<size_t>(slice.length), limits_.copy_bytes));
        const ssize_t got = ::pread(slice.fd, buffer_.data(), buffer_.size(), slice.offset);
        if (got <= 0) co_return -1;
        const std::string_view bytes(buffer_.data(), static_cast<size_t>(got));
        const bool alive = co_await write(bytes, {});
        co_return alive ? got : -1;
    }

    WorkPool* pool_;
    Turns& turns_;
    bool copies_ = false;
    std::vector<char> buffer_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(Socket socket,
                                           Deadline& deadline,
                                           const Limits& limits,
                                           WorkPool* pool) {
    return std::make_unique<PlainTransport>(std::move(socket), deadline, limits, pool);
}

}  // namespace ww::http
