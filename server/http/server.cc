// SPDX-License-Identifier: BSD-3-Clause
#include "http/server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "base/guarded.h"
#include "base/log.h"
#include "base/net.h"
#include "http/connection.h"

namespace ww::http {

namespace {

// The kernel cuts it to net.core.somaxconn. Ten thousand nodes that are switched on together
// connect within a second or two.
constexpr int kBacklog = 65535;

// When descriptors have run out, until the next try.
constexpr std::chrono::milliseconds kAcceptPause(100);

// Connections taken from the queue before others get their turn.
constexpr int kAcceptBatch = 64;

using Acceptor = asio::posix::basic_stream_descriptor<Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>,
                                         Executor>;

Result<UniqueFd> bind_and_listen(UniqueFd fd,
                                 const sockaddr* address,
                                 socklen_t length,
                                 std::string_view name) {
    if (::bind(fd.get(), address, length) != 0) {
        const Error error = Error::from_errno(errno, fmt::format("bind {}", name));
        return errno == EADDRINUSE ? error.with_code(ErrorCode::FailedPrecondition) : error;
    }
    if (::listen(fd.get(), kBacklog) != 0)
        return Error::from_errno(errno, fmt::format("listen {}", name));
    return fd;
}

void set_flag(int fd, int level, int option, int value) {
    ::setsockopt(fd, level, option, &value, sizeof value);
}

std::optional<Credentials> credentials_of(int fd) {
    ucred who{};
    socklen_t length = sizeof who;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) return std::nullopt;
    Credentials credentials{who.pid, who.uid, who.gid, {}};
    // Fails with ERANGE and the needed length while the room is too small.
    length = 0;
    while (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, credentials.groups.data(), &length) != 0) {
        if (errno != ERANGE) break;
        credentials.groups.resize(length / sizeof(gid_t));
    }
    return credentials;
}

Peer peer_of(int fd, const sockaddr_storage& address, bool tls) {
    Peer peer;
    peer.tls = tls;
    // reinterpret_cast: sockaddr_storage exists to be looked at as what its family says.
    if (address.ss_family == AF_INET6) {
        const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address);
        const auto ip = IpAddress::from_bytes({reinterpret_cast<const char*>(&in6.sin6_addr), 16});
        if (ip) peer.address = ip->to_string();
        peer.port = ntohs(in6.sin6_port);
    } else if (address.ss_family == AF_INET) {
        const auto& in4 = reinterpret_cast<const sockaddr_in&>(address);
        peer.address = IpAddress::from_v4(ntohl(in4.sin_addr.s_addr)).to_string();
        peer.port = ntohs(in4.sin_port);
    } else {
        peer.credentials = credentials_of(fd);
    }
    return peer;
}

}  // namespace

Result<UniqueFd> listen_tcp(uint16_t port) {
    const std::string name = fmt::format("TCP port {}", port);
    UniqueFd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd.valid()) {
        set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
        set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
        sockaddr_in6 any{};
        any.sin6_family = AF_INET6;
        any.sin6_port = htons(port);
        auto bound = bind_and_listen(
            std::move(fd), reinterpret_cast<const sockaddr*>(&any), sizeof any, name);
        if (bound || bound.error().code() != ErrorCode::Io) return bound;
    }
    fd = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return Error::from_errno(errno, "socket");
    set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(port);
    return bind_and_listen(
        std::move(fd), reinterpret_cast<const sockaddr*>(&any), sizeof any, name);
}

Result<UniqueFd> listen_unix(const std::string& path, mode_t mode) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error(ErrorCode::Io, fmt::format("{}: too long for a socket's path", path));
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return Error::from_errno(errno, "socket");
    (void)::unlink(path.c_str());
    WW_TRY(UniqueFd bound,
           bind_and_listen(
               std::move(fd), reinterpret_cast<const sockaddr*>(&address), sizeof address, path));
    if (::chmod(path.c_str(), mode) != 0) return Error::from_errno(errno, "chmod " + path);
    return bound;
}

struct Server::Impl : std::enable_shared_from_this<Impl> {
    std::vector<asio::io_context*> contexts;
    std::shared_ptr<ServerState> state;
    std::shared_ptr<ServerState> guests;  // nullptr: there are none
    std::function<bool(const Peer&)> is_guest;
    std::atomic<size_t> turn{0};
    Guarded<std::vector<std::shared_ptr<Acceptor>>> acceptors;

    Executor next_executor() {
        return contexts[turn.fetch_add(1, std::memory_order_relaxed) % contexts.size()]
            ->get_executor();
    }

    // Takes what is in the queue; false: descriptors or memory have run out.
    bool accept_batch(int listener, const std::shared_ptr<TlsContext>& tls) {
        for (int i = 0; i < kAcceptBatch; ++i) {
            sockaddr_storage address{};
            socklen_t length = sizeof address;
            UniqueFd fd(::accept4(listener,
                                  reinterpret_cast<sockaddr*>(&address),
                                  &length,
                                  SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (!fd.valid()) {
                if (errno == EINTR || errno == ECONNABORTED) continue;
                return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
            }
            start(std::move(fd), address, tls);
        }
        return true;
    }

    void start(UniqueFd fd,
               const sockaddr_storage& address,
               const std::shared_ptr<TlsContext>& tls,
               std::function<void()> closed = {}) {
        Peer peer = peer_of(fd.get(), address, tls != nullptr);
        const auto& host = guests && is_guest(peer) ? guests : state;
        const Admission admission = host->registry->admit(peer.name());
        if (admission == Admission::Drop) return;
        const int family = address.ss_family == AF_UNSPEC ? AF_UNIX : address.ss_family;
        if (family != AF_UNIX) set_flag(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
        Arrival arrival{std::move(peer), tls, admission == Admission::Refuse};
        error_code error;
        Socket socket(next_executor());
        socket.assign(asio::generic::stream_protocol(family, 0), fd.get(), error);
        if (error) return;  // epoll refused it
        (void)fd.release();
        serve(host, std::move(socket), std::move(arrival), std::move(closed));
    }

    static Task<void> accept_loop(std::shared_ptr<Impl> self,
                                  std::shared_ptr<Acceptor> acceptor,
                                  std::shared_ptr<TlsContext> tls) {
        Timer pause(acceptor->get_executor());
        bool complained = false;
        while (true) {
            error_code error;
            co_await acceptor->async_wait(Acceptor::wait_read,
                                          asio::redirect_error(use_task, error));
            if (error || !acceptor->is_open()) co_return;
            if (self->accept_batch(acceptor->native_handle(), tls)) continue;
            if (!std::exchange(complained, true))
                log::error("http.resources no descriptor or memory for another connection: {}",
                           std::strerror(errno));
            pause.expires_after(kAcceptPause);
            co_await pause.async_wait(asio::redirect_error(use_task, error));
        }
    }
};

Server::Server(std::vector<asio::io_context*> contexts, ServerOptions options)
    : impl_(std::make_shared<Impl>()) {
    std::signal(SIGPIPE, SIG_IGN);
    impl_->contexts = std::move(contexts);
    const auto state_of = [&](const Limits& limits, Handler handler) {
        auto state = std::make_shared<ServerState>();
        state->limits = limits;
        state->keep_bodies = options.keep_bodies;
        state->handler = std::move(handler);
        state->asks_first = options.asks_first;
        state->pool = options.pool;
        state->registry = std::make_shared<Registry>(*impl_->contexts.front(), limits);
        return state;
    };
    impl_->state = state_of(options.limits, std::move(options.handler));
    if (!options.guests) return;
    impl_->guests = state_of(options.guests->limits, std::move(options.guests->handler));
    impl_->is_guest = std::move(options.guests->are);
}

Server::~Server() {
    for (const auto& state : {impl_->state, impl_->guests})
        if (state) state->registry->forget_drain();
}

void Server::accept_from(UniqueFd listener, std::shared_ptr<TlsContext> tls) {
    auto acceptor =
        std::make_shared<Acceptor>(impl_->contexts.front()->get_executor(), listener.release());
    impl_->acceptors.with([&](auto& all) { all.push_back(acceptor); });
    asio::co_spawn(*impl_->contexts.front(),
                   Impl::accept_loop(impl_, acceptor, std::move(tls)),
                   asio::detached);
}

void Server::serve_connected(UniqueFd socket, std::function<void()> closed) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
        address.ss_family = AF_UNIX;
    impl_->start(std::move(socket), address, nullptr, std::move(closed));
}

void Server::drain(std::function<void()> done) {
    impl_->state->draining = true;
    if (impl_->guests) impl_->guests->draining = true;
    asio::post(impl_->contexts.front()->get_executor(),
               [impl = impl_, done = std::move(done)]() mutable {
                   // On the acceptors' own thread: closing wakes their loops.
                   impl->acceptors.with([](auto& all) {
                       for (const auto& acceptor : all) {
                           error_code ignored;
                           acceptor->close(ignored);
                       }
                       all.clear();
                   });
                   const std::shared_ptr<ServerState> parts[] = {impl->state, impl->guests};
                   auto left = std::make_shared<std::atomic<int>>(impl->guests ? 2 : 1);
                   auto one_done = [left, done = std::move(done)] {
                       if (left->fetch_sub(1) == 1) done();
                   };
                   for (const auto& part : parts)
                       if (part) part->registry->drain(one_done);
               });
}

size_t Server::connections() const {
    return impl_->state->registry->size() + (impl_->guests ? impl_->guests->registry->size() : 0);
}

}  // namespace ww::http
