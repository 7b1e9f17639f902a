// SPDX-License-Identifier: BSD-3-Clause
#include "client/socket.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

#include "client/socket_address.h"

namespace ww::client {

namespace {

/// Used when the preferred privileged port is taken: above those of well-known services.
constexpr uint16_t kFirstOtherPort = 1023;
constexpr uint16_t kLastOtherPort = 900;

/// Milliseconds for which what was sent, a connection request too, may stay unacknowledged.
constexpr int kUnacknowledged = 10'000;

IpAddress any_address(const IpAddress& like) {
    return like.is_v4() ? IpAddress::from_v4(0) : *IpAddress::parse("::");
}

void set_option(int fd, int level, int name, int value) {
    setsockopt(fd, level, name, &value, sizeof(value));
}

}  // namespace

Result<void> Socket::wait(short events) {
    while (true) {
        WW_TRY(bool ready, wait_for(fd_.get(), events, network_.fd(), deadline_));
        if (ready) return {};
        network_.drain();
        SocketAddress own;
        if (getsockname(fd_.get(), own.get(), &own.size) == 0 && !is_own_address(own.address())) {
            return Error(ErrorCode::Unavailable,
                         fmt::format("this node lost its address {}", own.address().to_string()));
        }
    }
}

/// errno of one attempt from one source port; 0: connected.
Result<int> Socket::attempt(const Endpoint& to, uint16_t source_port) {
    const SocketAddress server(to.address, to.port);
    fd_ = UniqueFd(socket(server.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_.valid()) return Error::from_errno(errno, "socket");
    set_option(fd_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kUnacknowledged);
    if (source_port) {
        set_option(fd_.get(), SOL_SOCKET, SO_REUSEADDR, 1);
        const SocketAddress own(any_address(to.address), source_port);
        if (bind(fd_.get(), own.get(), own.size) != 0) return errno;
    }
    if (::connect(fd_.get(), server.get(), server.size) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    WW_TRY_VOID(wait(POLLOUT));
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

Result<Socket> Socket::connect(const Endpoint& to, Clock::time_point deadline) {
    Socket made(deadline);
    WW_TRY(int error, made.attempt(to, to.source_port));
    for (uint16_t port = kFirstOtherPort; to.any_privileged_port && port >= kLastOtherPort;
         --port) {
        if (error != EADDRINUSE && error != EADDRNOTAVAIL) break;
        WW_TRY(error, made.attempt(to, port));
    }
    if (error == 0) return made;
    return Error(ErrorCode::Unavailable, fmt::format("{}", std::strerror(error)));
}

}  // namespace ww::client
