// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/client.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

#include "base/quote.h"
#include "protocol/command_line.h"

namespace ww::protocol {

namespace {

// With a server elsewhere: to reach it, and from a request to the head of its reply, which is a
// minute more than the server grants itself. What follows is as long as a job; there the kernel
// looks whether the other end still lives.
constexpr std::chrono::seconds kReachPatience{30};
constexpr std::chrono::minutes kReplyPatience{6};

void notice_a_dead_peer(int fd) {
    const auto set = [&](int level, int option, int value) {
        (void)::setsockopt(fd, level, option, &value, sizeof value);
    };
    constexpr int kIdleSeconds = 30;
    constexpr int kBetweenSeconds = 10;
    constexpr int kTries = 3;
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, kIdleSeconds);
    set(IPPROTO_TCP, TCP_KEEPINTVL, kBetweenSeconds);
    set(IPPROTO_TCP, TCP_KEEPCNT, kTries);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 1000 * (kIdleSeconds + kTries * kBetweenSeconds));
}

int status_of(const fetch::Head& head) {
    // "HTTP/1.1 200 OK"
    constexpr size_t kAt = 9;
    int status = 0;
    if (head.start_line.size() > kAt)
        std::from_chars(
            head.start_line.data() + kAt, head.start_line.data() + head.start_line.size(), status);
    return status;
}

}  // namespace

Result<UniqueFd> connect_unix(const std::string& socket_path, int type) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof address.sun_path)
        return Error(ErrorCode::NotFound, fmt::format("{}: socket path too long", socket_path));
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
    UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return Error::from_errno(errno, "socket");
    // reinterpret_cast: what connect(2) asks for.
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error_number = errno;
        const Error error = Error::from_errno(error_number, "connect " + socket_path);
        return error_number == ECONNREFUSED ? error.with_code(ErrorCode::Unavailable) : error;
    }
    return fd;
}

Result<Client> Client::connect(const std::string& socket_path) {
    WW_TRY(UniqueFd fd, connect_unix(socket_path));
    return Client(std::move(fd));
}

Result<Client> Client::connect(const Server& server) {
    const std::optional<fetch::Trust> trust =
        server.url.tls ? std::optional(server.trust) : std::nullopt;
    WW_TRY(fetch::Stream stream,
           fetch::dial(server.url.host, trust, {.until = fetch::Clock::now() + kReachPatience}));
    notice_a_dead_peer(stream.fd());
    return Client(std::move(stream), server);
}

Error Client::refusal(const fetch::Head& head, const std::string& text) const {
    constexpr size_t kMostShown = 200;
    const std::string said = fmt::format("{} answered {}: {}",
                                         server_ ? server_->url.host.to_string() : "wwd",
                                         head.start_line.substr(head.start_line.find(' ') + 1),
                                         quote(text.substr(0, kMostShown)));
    if (!server_) return Error(ErrorCode::Internal, said);
    switch (status_of(head)) {
        case 401:
            return Error(ErrorCode::Unauthenticated,
                         fmt::format("{} does not take this token: it is another server's, "
                                     "revoked, or over",
                                     server_->url.host.to_string()))
                .with_hint("on the server: wwctl token list, wwctl token create NAME");
        case 403:
            return Error(ErrorCode::PermissionDenied, said)
                .with_hint(
                    "warewulf.conf of the server says from where it may be asked "
                    "(api: allowed subnets), and whether by TLS only (api: tls)");
        case 404:
            return Error(ErrorCode::NotFound, said)
                .with_hint("wwd answers wwctl there if its warewulf.conf has api: enabled: true");
        case 503:
            return Error(ErrorCode::Unavailable, said).with_hint("try again in a moment");
        default:
            break;
    }
    if (head.find("location") != nullptr)
        return Error(ErrorCode::Unavailable, said)
            .with_hint("redirects are not followed: name the server itself");
    return Error(ErrorCode::Unavailable, said).with_hint("is that a wwd?");
}

Result<void> Client::exchange(std::string_view path,
                              const std::string& body,
                              const LineSink& line) {
    std::string request;
    if (server_) {
        wire_.stream().set_waits({.until = fetch::Clock::now() + kReplyPatience});
        // Where the same routes are for the network.
        request = fmt::format("POST /api{} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n",
                              path,
                              server_->url.host.to_string(),
                              server_->authorization);
    } else {
        request = fmt::format("POST {} HTTP/1.1\r\nHost: wwd\r\n", path);
    }
    request += fmt::format("Content-Type: application/json\r\n{}: {}\r\nContent-Length: {}\r\n\r\n",
                           kCommandHeader,
                           encode_command(command_),
                           body.size());
    WW_TRY_VOID(wire_.write(request + body));
    WW_TRY(const std::optional<fetch::Head> head, wire_.read_head());
    if (!head) return Error(ErrorCode::Unavailable, "wwd closed the connection without an answer");
    if (status_of(*head) != 200) {
        WW_TRY(const std::string text, wire_.read_body(*head));
        if (const std::string* type = head->find("content-type"); type && *type == kProblemType) {
            WW_TRY(const Problem problem, read_problem_body(text));
            return to_error(problem);
        }
        return refusal(*head, text);
    }
    if (server_) wire_.stream().set_waits({});
    // A failing line is remembered, and the rest read over: the connection stays usable.
    Result<void> outcome;
    std::string pending;
    WW_TRY_VOID(wire_.read_body(*head, [&](std::string_view piece) -> Result<void> {
        size_t start = 0;
        for (size_t end = piece.find('\n'); end != std::string_view::npos;
             end = piece.find('\n', start)) {
            pending += piece.substr(start, end - start);
            if (outcome) outcome = line(pending);
            pending.clear();
            start = end + 1;
        }
        pending += piece.substr(start);
        if (pending.size() > fetch::WireLimits{}.body_bytes)
            return Error(ErrorCode::TooLarge, "a line of the reply is too large");
        return {};
    }));
    if (!pending.empty() && outcome) outcome = line(pending);
    return outcome;
}

}  // namespace ww::protocol
