// SPDX-License-Identifier: BSD-3-Clause
//
// A server: its listening sockets, its io threads, and the limits all its connections share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "http/limits.h"
#include "http/message.h"
#include "http/task.h"

namespace ww::http {

class TlsContext;
class WorkPool;

struct ServerOptions {
    Limits limits;
    bool keep_bodies = false;  // false: request bodies are read and dropped
    Handler handler;
    /// Requests whose handler is asked when the head is there, and says whether the body is read
    /// (Responder::read_body); they keep it, whatever keep_bodies says. Empty: none.
    std::function<bool(std::string_view target)> asks_first = {};
    WorkPool* pool = nullptr;  // warms files that are not in memory; may be null

    /// Peers who get less, by limits and a handler of their own: they take nothing that the others
    /// need.
    struct Guests {
        std::function<bool(const Peer&)> are;  // must not block for long
        Limits limits;
        Handler handler;
    };
    std::optional<Guests> guests = {};
};

/// Listening TCP socket on all addresses, IPv4 and IPv6 in one. Where IPv6 is switched off: IPv4.
/// Errors: FailedPrecondition (port taken), PermissionDenied (below 1024), Io.
Result<UniqueFd> listen_tcp(uint16_t port);

/// Listening UNIX socket with this mode; a stale socket file is replaced. Errors: Io.
Result<UniqueFd> listen_unix(const std::string& path, mode_t mode);

/// May be destroyed once its contexts have stopped. All calls from any thread. Makes the process
/// ignore SIGPIPE: sendfile(2) to a peer that has gone raises it, and there is no flag against
/// that.
class Server {
   public:
    /// Connections of listeners are spread over `contexts`, which are run by others and must
    /// outlive the server.
    Server(std::vector<asio::io_context*> contexts, ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Accepts connections from now on. `tls` null: plain. A UNIX socket's peers have credentials.
    void accept_from(UniqueFd listener, std::shared_ptr<TlsContext> tls = nullptr);

    /// Serves one connected socket; calls `closed` on an io thread when it is over.
    void serve_connected(UniqueFd socket, std::function<void()> closed);

    /// Closes the listeners and the idle connections, lets replies under way finish; calls `done`
    /// once, on any thread, when no connection is left. The caller sets the time limit.
    void drain(std::function<void()> done);

    size_t connections() const;

   private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace ww::http
