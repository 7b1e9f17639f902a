// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/dial.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/quote.h"
#include "fetch/tls_session.h"

namespace ww::fetch {

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Addresses> resolve(const Host& host) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(host.name.c_str(), fmt::to_string(host.port).c_str(), &wanted, &found);
    if (error != 0)
        return Error(ErrorCode::NotFound,
                     fmt::format("no host {}: {}", quote(host.name), ::gai_strerror(error)));
    return Addresses(found, &::freeaddrinfo);
}

Result<UniqueFd> connect_to(const addrinfo& address, const Waits& waits) {
    UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return Error::from_errno(errno, "socket");
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return Error::from_errno(errno, "connect");
        Waits shorter = waits;
        shorter.until = std::min(waits.until, Clock::now() + kConnectPatience);
        WW_TRY_VOID(wait_for(fd.get(), POLLOUT, shorter));
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return Error::from_errno(error, "connect");
    }
    const int on = 1;
    (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

}  // namespace

std::string Host::to_string() const {
    const bool is_v6 = name.find(':') != std::string::npos;
    return is_v6 ? fmt::format("[{}]:{}", name, port) : fmt::format("{}:{}", name, port);
}

Result<Stream> dial(const Host& host, const std::optional<Trust>& trust, const Waits& waits) {
    std::unique_ptr<TlsSession> session;
    if (trust) {
        WW_TRY(session, TlsSession::create(host, *trust));
    }
    WW_TRY(const Addresses addresses, resolve(host), "connecting to {}", host.to_string());
    Error failure(ErrorCode::NotFound, "it has no address");
    for (const addrinfo* address = addresses.get(); address != nullptr;
         address = address->ai_next) {
        auto fd = connect_to(*address, waits);
        if (!fd) {
            failure = fd.error();
            if (failure.code() == ErrorCode::Cancelled) break;
            if (failure.code() == ErrorCode::Io)
                failure = failure.with_code(ErrorCode::Unavailable);
            continue;
        }
        Stream stream(std::move(*fd));
        stream.set_waits(waits);
        if (session) {
            WW_TRY_VOID(session->handshake(stream), "connecting to {}", host.to_string());
            TlsSession::attach(stream, std::move(session));
        }
        return stream;
    }
    return failure.with_frame("connecting to " + host.to_string());
}

}  // namespace ww::fetch
