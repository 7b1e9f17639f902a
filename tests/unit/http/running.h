// SPDX-License-Identifier: BSD-3-Clause
//
// A real server on real sockets, and a client that speaks bytes.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.h"
#include "http/work_pool.h"
#include "support/catch.h"

namespace ww::http::test {

// A client that sends and reads raw bytes. Reads give up after 10 s.
class Client {
   public:
    explicit Client(uint16_t port, int receive_buffer = 0)
        : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer > 0)
            ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
    }
    explicit Client(ww::UniqueFd fd) : fd_(std::move(fd)) {}

    void send(std::string_view bytes) {
        REQUIRE(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
    }
    /// Whether or not anybody still reads.
    void send_some(std::string_view bytes) {
        (void)::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    /// Until the server closes.
    std::string read_all() {
        while (read_more()) {
        }
        return std::exchange(seen_, {});
    }
    /// Head and body of one reply, by its Content-Length.
    std::string read_reply() {
        while (seen_.find("\r\n\r\n") == std::string::npos) REQUIRE(read_more());
        const size_t head = seen_.find("\r\n\r\n") + 4;
        const size_t at = seen_.find("Content-Length: ");
        size_t length = 0;
        if (at < head) std::from_chars(seen_.data() + at + 16, seen_.data() + seen_.size(), length);
        while (seen_.size() < head + length) REQUIRE(read_more());
        const std::string reply = seen_.substr(0, head + length);
        seen_.erase(0, head + length);
        return reply;
    }
    /// All up to and with the first `mark`.
    std::string read_until(std::string_view mark) {
        while (seen_.find(mark) == std::string::npos) REQUIRE(read_more());
        const size_t end = seen_.find(mark) + mark.size();
        const std::string text = seen_.substr(0, end);
        seen_.erase(0, end);
        return text;
    }
    void end_input() { REQUIRE(::shutdown(fd_.get(), SHUT_WR) == 0); }
    bool closed_by_peer() { return closed_within(std::chrono::seconds(10)); }
    /// Or answered, and then closed.
    bool closed_within(std::chrono::milliseconds patience) {
        pollfd wait{fd_.get(), POLLIN, 0};
        if (::poll(&wait, 1, static_cast<int>(patience.count())) != 1) return false;
        while (read_more()) {
        }
        return true;
    }
    void close() { fd_.reset(); }

   private:
    bool read_more() {
        pollfd wait{fd_.get(), POLLIN, 0};
        REQUIRE(::poll(&wait, 1, 10000) == 1);
        char buffer[65536];
        const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
        if (got > 0) seen_.append(buffer, static_cast<size_t>(got));
        return got > 0;
    }

    ww::UniqueFd fd_;
    std::string seen_;
};

inline uint16_t port_of(int fd) {
    sockaddr_in6 address{};
    socklen_t length = sizeof address;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    return ntohs(address.sin6_port);
}

// Two contexts with a thread each, a pool, and a server on a free port.
class Running {
   public:
    explicit Running(Handler handler,
                     Limits limits = {},
                     bool keep_bodies = false,
                     std::optional<ServerOptions::Guests> guests = {},
                     std::function<bool(std::string_view)> asks_first = {}) {
        ServerOptions options;
        options.asks_first = std::move(asks_first);
        options.guests = std::move(guests);
        options.limits = limits;
        options.handler = std::move(handler);
        options.keep_bodies = keep_bodies;
        options.pool = &pool;
        server.emplace(std::vector<asio::io_context*>{&contexts_[0], &contexts_[1]},
                       std::move(options));
        auto listener = listen_tcp(0);
        REQUIRE(listener);
        port = port_of(listener->get());
        server->accept_from(std::move(*listener));
        for (auto& context : contexts_) threads_.emplace_back([&context] { context.run(); });
    }
    ~Running() {
        for (auto& context : contexts_) context.stop();
        for (auto& thread : threads_) thread.join();
        pool.close();
    }

    WorkPool pool{2, 100};
    uint16_t port = 0;

   private:
    asio::io_context contexts_[2];
    asio::executor_work_guard<Executor> guards_[2] = {asio::make_work_guard(contexts_[0]),
                                                      asio::make_work_guard(contexts_[1])};
    std::vector<std::thread> threads_;

   public:
    std::optional<Server> server;
};

inline Reply text(std::string body) {
    return {200, {{"Content-Type", "text"}}, std::move(body), {}};
}

inline std::string body_of(const std::string& reply) {
    return reply.substr(reply.find("\r\n\r\n") + 4);
}

inline void echo(const Request& request, Responder respond) {
    respond(text(request.method + " " + request.target));
}

inline constexpr const char* kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace ww::http::test
