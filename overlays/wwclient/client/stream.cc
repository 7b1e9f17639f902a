// SPDX-License-Identifier: BSD-3-Clause
#include "client/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "client/tls.h"

namespace ww::client {

namespace {

/// Used when the preferred privileged port is taken: above those of well-known services.
constexpr uint16_t kFirstOtherPort = 1023;
constexpr uint16_t kLastOtherPort = 900;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    SocketAddress(const IpAddress& address, uint16_t port) {
        if (address.is_v4()) {
            sockaddr_in v4{};
            v4.sin_family = AF_INET;
            v4.sin_port = htons(port);
            v4.sin_addr.s_addr = htonl(address.v4());
            size = sizeof(v4);
            std::memcpy(&storage, &v4, size);
        } else {
            sockaddr_in6 v6{};
            v6.sin6_family = AF_INET6;
            v6.sin6_port = htons(port);
            std::memcpy(&v6.sin6_addr, address.bytes().data(), 16);
            size = sizeof(v6);
            std::memcpy(&storage, &v6, size);
        }
    }
    // The socket calls' own idiom: every address type starts with the family.
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

IpAddress any_address(const IpAddress& like) {
    return like.is_v4() ? IpAddress::from_v4(0) : *IpAddress::parse("::");
}

class TcpStream final : public Stream {
   public:
    TcpStream(UniqueFd fd, Clock::time_point deadline) : fd_(std::move(fd)), deadline_(deadline) {}
    ~TcpStream() override {
        if (at_end_) return;
        // We close first: without this the source port would be blocked for a minute (TIME_WAIT).
        linger reset{1, 0};
        setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    }

    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            ssize_t sent = send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<size_t>(sent));
            } else if (errno == EAGAIN) {
                WW_TRY_VOID(wait_for(fd_.get(), POLLOUT, deadline_));
            } else if (errno != EINTR) {
                return Error::from_errno(errno, "send");
            }
        }
        return {};
    }

    Result<bool> read(std::string& text) override {
        std::array<char, 64 << 10> buffer;
        while (true) {
            ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), 0);
            if (got > 0) {
                text.append(buffer.data(), static_cast<size_t>(got));
                return true;
            }
            if (got == 0) {
                at_end_ = true;
                return false;
            }
            if (errno == EAGAIN) {
                WW_TRY_VOID(wait_for(fd_.get(), POLLIN, deadline_));
            } else if (errno != EINTR) {
                return Error::from_errno(errno, "recv");
            }
        }
    }

    int fd() const { return fd_.get(); }

   private:
    UniqueFd fd_;
    Clock::time_point deadline_;
    bool at_end_ = false;
};

/// errno of one attempt from one source port; 0: connected.
Result<int> attempt(const Endpoint& to,
                    uint16_t source_port,
                    Clock::time_point deadline,
                    UniqueFd& fd) {
    SocketAddress server(to.address, to.port);
    fd = UniqueFd(socket(server.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return Error::from_errno(errno, "socket");
    if (source_port) {
        int yes = 1;
        setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        SocketAddress own(any_address(to.address), source_port);
        if (bind(fd.get(), own.get(), own.size) != 0) return errno;
    }
    if (connect(fd.get(), server.get(), server.size) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    WW_TRY_VOID(wait_for(fd.get(), POLLOUT, deadline));
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

Result<UniqueFd> connect_tcp(const Endpoint& to, Clock::time_point deadline) {
    UniqueFd fd;
    WW_TRY(int error, attempt(to, to.source_port, deadline, fd));
    for (uint16_t port = kFirstOtherPort; to.any_privileged_port && port >= kLastOtherPort;
         --port) {
        if (error != EADDRINUSE && error != EADDRNOTAVAIL) break;
        WW_TRY(error, attempt(to, port, deadline, fd));
    }
    if (error == 0) return fd;
    return Error(ErrorCode::Unavailable, fmt::format("{}", std::strerror(error)));
}

}  // namespace

Result<std::unique_ptr<Stream>> connect_to(const Endpoint& endpoint, Clock::time_point deadline) {
    WW_TRY(UniqueFd fd, connect_tcp(endpoint, deadline));
    if (endpoint.tls) return start_tls(std::move(fd), endpoint, deadline);
    return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(fd), deadline));
}

}  // namespace ww::client
