// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/channel.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "protocol/client.h"

namespace ww::daemon {

namespace {

// Asks of a thousand nodes are some 200 KB. Beyond the system's limit only root gets it (FORCE);
// less merely means that packets wait on our side.
constexpr int kSocketBuffer = 4 << 20;

// Packets read before other handlers of the context get their turn.
constexpr size_t kReadBatch = 16;

// SCM_RIGHTS of one packet.
struct alignas(cmsghdr) ControlBuffer {
    std::array<char, CMSG_SPACE(sizeof(int) * kMaxPacketFds)> bytes;
};

// Descriptors that came with a message, made owners at once, whatever else is wrong with it.
std::vector<UniqueFd> take_fds(msghdr& message) {
    std::vector<UniqueFd> fds;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
            fds.emplace_back(fd);
        }
    }
    return fds;
}

enum class Received { Packet, Nothing, End };

Received receive(int socket, std::string& buffer, Packet& packet, int flags = MSG_DONTWAIT) {
    ControlBuffer control;
    buffer.resize(kMaxPacketBytes);
    iovec place{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return errno == EAGAIN ? Received::Nothing : Received::End;
    packet.fds = take_fds(message);
    // A packet is never empty, so 0 is the end. A truncated one is not ours.
    if (got == 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return Received::End;
    packet.bytes.assign(buffer, 0, static_cast<size_t>(got));
    return Received::Packet;
}

// 0 or errno.
int transmit(int socket, const Packet& packet) {
    ControlBuffer control;
    iovec place{const_cast<char*>(packet.bytes.data()), packet.bytes.size()};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    if (!packet.fds.empty()) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = CMSG_SPACE(sizeof(int) * packet.fds.size());
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * packet.fds.size());
        for (size_t i = 0; i < packet.fds.size(); ++i) {
            const int fd = packet.fds[i].get();
            std::memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof fd);
        }
    }
    while (true) {
        if (::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
        if (errno != EINTR) return errno;
    }
}

}  // namespace

void enlarge_buffer(int socket) {
    for (const int option : {SO_SNDBUFFORCE, SO_SNDBUF})
        if (::setsockopt(socket, SOL_SOCKET, option, &kSocketBuffer, sizeof kSocketBuffer) == 0)
            return;
}

Result<std::pair<UniqueFd, UniqueFd>> channel_pair() {
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
        return Error::from_errno(errno, "socketpair");
    for (const int fd : fds) enlarge_buffer(fd);
    return std::pair(UniqueFd(fds[0]), UniqueFd(fds[1]));
}

Result<UniqueFd> connect_channel(const std::string& socket_path) {
    auto socket = protocol::connect_unix(socket_path, SOCK_SEQPACKET);
    if (!socket)
        return socket.error()
            .with_code(ErrorCode::Unavailable)
            .with_hint("systemctl start wwd-front.socket");
    enlarge_buffer(socket->get());
    return socket;
}

Result<Packet> receive_packet(int fd) {
    std::string buffer;
    Packet packet;
    if (receive(fd, buffer, packet, /*flags=*/0) != Received::Packet)
        return Error(ErrorCode::Unavailable, "the main process has gone");
    return packet;
}

Channel::Channel(asio::io_context& context, UniqueFd fd, Bounds bounds)
    : context_(context),
      bounds_(bounds),
      socket_(context.get_executor(), asio::generic::stream_protocol(AF_UNIX, 0), fd.release()) {}

void Channel::start(OnPackets on_packets, OnClosed on_closed) {
    on_packets_ = std::move(on_packets);
    on_closed_ = std::move(on_closed);
    asio::co_spawn(context_, read_loop(shared_from_this()), asio::detached);
}

void Channel::send(std::string_view frame, UniqueFd fd) {
    append(frame, {&fd, fd.valid() ? size_t{1} : size_t{0}});
}

void Channel::send(std::string_view frame, std::vector<UniqueFd> fds) { append(frame, fds); }

void Channel::append(std::string_view frame, std::span<UniqueFd> fds) {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    Packet& packet = packet_with_room(frame.size(), fds.size());
    packet.bytes.append(frame);
    for (UniqueFd& fd : fds) packet.fds.push_back(std::move(fd));
    queued_bytes_ += frame.size();
    queued_fds_ += fds.size();
    if (queued_bytes_ > bounds_.bytes || queued_fds_ > bounds_.fds) {
        over_bounds_ = true;
        return shut_down();
    }
    schedule();
}

Packet& Channel::packet_with_room(size_t bytes, size_t fds) {
    WW_CHECK(bytes <= kMaxPacketBytes && fds <= kMaxPacketFds, "a frame that fits into no packet");
    if (queue_.empty() || queue_.back().bytes.size() + bytes > kMaxPacketBytes ||
        queue_.back().fds.size() + fds > kMaxPacketFds)
        queue_.emplace_back();
    return queue_.back();
}

void Channel::schedule() {
    if (waiting_ || std::exchange(scheduled_, true)) return;
    // Behind everything that is ready to run now and may want to send something, too.
    asio::post(context_, [self = shared_from_this()] { self->flush(); });
}

void Channel::flush() {
    std::lock_guard lock(mutex_);
    scheduled_ = false;
    while (!waiting_ && !queue_.empty()) {
        const int error = transmit(socket_.native_handle(), queue_.front());
        if (error == EAGAIN) {
            waiting_ = true;
            asio::co_spawn(context_, wait_and_flush(shared_from_this()), asio::detached);
            return;
        }
        if (error == 0) {
            queued_bytes_ -= queue_.front().bytes.size();
            queued_fds_ -= queue_.front().fds.size();
            queue_.pop_front();
        } else if (error == ETOOMANYREFS) {
            over_bounds_ = true;  // the kernel's bound of descriptors that nobody took
            return shut_down();
        } else {
            drop_queue();  // the reader sees the same end and reports it
        }
    }
}

http::Task<void> Channel::wait_and_flush(std::shared_ptr<Channel> self) {
    http::error_code error;
    co_await self->socket_.async_wait(http::Socket::wait_write,
                                      asio::redirect_error(http::use_task, error));
    {
        std::lock_guard lock(self->mutex_);
        self->waiting_ = false;
    }
    if (!error) self->flush();
}

// `self` keeps the channel alive while the loop runs.
http::Task<void> Channel::read_loop(std::shared_ptr<Channel>) {
    std::string buffer;
    std::vector<Packet> packets(kReadBatch);
    Received received = Received::Nothing;
    while (received != Received::End) {
        http::error_code error;
        co_await socket_.async_wait(http::Socket::wait_read,
                                    asio::redirect_error(http::use_task, error));
        if (error) break;
        size_t count = 0;
        do {
            received = receive(socket_.native_handle(), buffer, packets[count]);
            if (received == Received::Packet) ++count;
        } while (received == Received::Packet && count < packets.size());
        if (count > 0 && !on_packets_({packets.data(), count})) break;
        // One sendmsg for all answers of this round.
        flush();
    }
    close();
    on_packets_ = {};
    if (const OnClosed on_closed = std::exchange(on_closed_, {})) on_closed();
}

void Channel::close() {
    std::lock_guard lock(mutex_);
    shut_down();
}

bool Channel::over_bounds() const {
    std::lock_guard lock(mutex_);
    return over_bounds_;
}

void Channel::drop_queue() {
    queue_.clear();
    queued_bytes_ = queued_fds_ = 0;
}

void Channel::shut_down() {
    closed_ = true;
    drop_queue();
    // Shut down, not closed: the read loop ends by itself, and nobody writes to a reused
    // descriptor.
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

}  // namespace ww::daemon
