// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/client.h"

#include <fmt/format.h>
#include <poll.h>

#include <charconv>

#include "base/ascii.h"
#include "base/quote.h"

namespace ww::fetch {

namespace {

constexpr int kMostInterim = 8;  // replies 1xx before the one that counts

Result<int> status_of(const Head& head) {
    const std::string_view line = head.start_line;
    int status = 0;
    if (line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ')
        std::from_chars(line.data() + 9, line.data() + 12, status);
    if (status < 100 || status > 999)
        return Error(ErrorCode::InvalidArgument, "the answer is not HTTP/1");
    return status;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 307 || status == 308;
}

bool has_body(const Request& request, int status) {
    return request.method != "HEAD" && status != 204 && status != 304;
}

bool is_kept(const Head& head) {
    const std::string* connection = head.find("connection");
    if (connection != nullptr) return same_ignoring_case(*connection, "keep-alive");
    return head.start_line.starts_with("HTTP/1.1");
}

bool ends_by_itself(const Head& head) {
    return head.find("content-length") != nullptr || head.find("transfer-encoding") != nullptr;
}

std::string head_of(const Request& request, const Url& server) {
    std::string text = fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.target, server.host.to_string());
    for (const auto& [name, value] : request.fields) text += fmt::format("{}: {}\r\n", name, value);
    if (!request.body.empty() || request.method == "POST" || request.method == "PATCH")
        text += fmt::format("Content-Length: {}\r\n", request.body.size());
    return text + "\r\n";
}

// A connection that is kept and has something to say before it is asked says that it ends.
bool has_ended(Wire& wire) {
    pollfd polled{wire.fd(), POLLIN, 0};
    return ::poll(&polled, 1, 0) != 0;
}

}  // namespace

Result<Reply> read_reply(Wire& wire, const Request& request, bool& nothing_came) {
    Reply reply;
    for (int interim = 0; reply.status < 200; ++interim) {
        WW_TRY(std::optional<Head> head, wire.read_head());
        if (!head)
            return Error(ErrorCode::Unavailable, "it closed the connection without an answer");
        nothing_came = false;
        WW_TRY(reply.status, status_of(*head));
        if (interim > kMostInterim)
            return Error(ErrorCode::InvalidArgument, "it only ever says that an answer will come");
        reply.head = std::move(*head);
    }
    reply.is_last = !is_kept(reply.head);
    if (!has_body(request, reply.status)) return reply;
    if (ends_by_itself(reply.head)) {
        WW_TRY(reply.body, wire.read_body(reply.head));
    } else {
        WW_TRY(reply.body, wire.read_rest());
        reply.is_last = true;
    }
    return reply;
}

Client::Client(Url server, Trust trust, const Limits& limits, int stop_fd)
    : server_(std::move(server)), trust_(std::move(trust)), limits_(limits), stop_fd_(stop_fd) {}

void Client::set_patience(std::chrono::milliseconds whole, int stop_fd) {
    limits_.whole = whole;
    stop_fd_ = stop_fd;
}

Result<void> Client::connect(const Waits& waits) {
    const std::optional<Trust> trust = server_.tls ? std::optional(trust_) : std::nullopt;
    WW_TRY(Stream stream, dial(server_.host, trust, waits));
    wire_.emplace(std::move(stream), limits_.wire);
    return {};
}

Result<Reply> Client::exchange_once(const Request& request, bool& nothing_came) {
    const Waits waits{Clock::now() + limits_.whole, stop_fd_};
    if (wire_ && has_ended(*wire_)) wire_.reset();
    nothing_came = false;
    if (!wire_) {
        WW_TRY_VOID(connect(waits));
    } else {
        nothing_came = true;
    }
    Wire& wire = *wire_;
    wire.stream().set_waits(waits);
    WW_TRY_VOID(wire.write(head_of(request, server_) + request.body));
    WW_TRY(Reply reply, read_reply(wire, request, nothing_came));
    if (reply.is_last) wire_.reset();
    return reply;
}

Result<Reply> Client::exchange(const Request& request) {
    bool nothing_came = false;
    auto reply = exchange_once(request, nothing_came);
    if (reply) return reply;
    wire_.reset();  // what else comes over it belongs to nothing
    // A kept connection may end while we ask. What was asked only to be told is asked once more.
    if (nothing_came && request.method == "GET" && reply.error().code() == ErrorCode::Unavailable)
        reply = exchange_once(request, nothing_came);
    if (!reply) wire_.reset();
    return reply;
}

Result<Reply> Client::send(const Request& request) {
    for (const auto& [name, value] : request.fields)
        if (value.find_first_of("\r\n") != std::string::npos)
            return Error(ErrorCode::InvalidArgument, name + " would have several lines");
    Request next = request;
    for (int followed = 0;; ++followed) {
        WW_TRY(Reply reply,
               exchange(next),
               "asking {} for {} {}",
               server_.host.to_string(),
               next.method,
               next.target);
        const std::string* location = reply.head.find("location");
        if (next.method != "GET" || !is_redirect(reply.status) || location == nullptr) return reply;
        WW_TRY(const Url url, resolve(server_, *location));
        if (!url.same_origin(server_))
            return Error(ErrorCode::PermissionDenied,
                         fmt::format("{} sends us away, to {}: not followed",
                                     server_.host.to_string(),
                                     quote(*location)));
        if (followed == limits_.redirects)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{} redirects without end", server_.host.to_string()));
        next.target = url.target;
    }
}

}  // namespace ww::fetch
