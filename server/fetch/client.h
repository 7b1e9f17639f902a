// SPDX-License-Identifier: BSD-3-Clause
//
// Asks one HTTP(S) server, one request at a time, over a connection that is kept. Everything is
// bounded: the wait for a connection and for a whole exchange, heads, bodies, redirects.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fetch/url.h"
#include "fetch/wire.h"

namespace ww::fetch {

struct Limits {
    std::chrono::milliseconds whole{60'000};  // one exchange, connecting included
    WireLimits wire{.head_bytes = 64 << 10, .body_bytes = 8 << 20};
    int redirects = 3;
};

struct Request {
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> fields = {};
    std::string body = {};
};

struct Reply {
    int status = 0;
    Head head;
    std::string body;
    bool is_last = false;  // the connection ends with it
};

/// The reply to a request that was sent. `nothing_came` becomes false with its first head. Errors:
/// those of the wire, Unavailable (no answer), InvalidArgument (not HTTP).
Result<Reply> read_reply(Wire& wire, const Request& request, bool& nothing_came);

/// One thread. Nothing that is sent is in an error.
class Client {
   public:
    /// `stop_fd`: readable: all that waits ends (Cancelled). Not owned; -1: none.
    Client(Url server, Trust trust, const Limits& limits = {}, int stop_fd = -1);

    /// Whatever the status is; a GET follows redirects that stay on this server. Errors: those of
    /// dial(), TooLarge, Unavailable (no answer, or half of one), InvalidArgument (not HTTP),
    /// PermissionDenied (a redirect that leads away).
    Result<Reply> send(const Request& request);

    /// From now on another descriptor, or none, stops what waits, and an exchange lasts so long.
    void set_patience(std::chrono::milliseconds whole, int stop_fd);

   private:
    Result<Reply> exchange(const Request& request);
    Result<Reply> exchange_once(const Request& request, bool& nothing_came);
    Result<void> connect(const Waits& waits);

    Url server_;
    Trust trust_;
    Limits limits_;
    int stop_fd_;
    std::optional<Wire> wire_;  // none: not connected
};

}  // namespace ww::fetch
