// SPDX-License-Identifier: BSD-3-Clause
//
// The blocking client of wwd's API: one connection, one request at a time. Used by wwctl and tests.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <optional>
#include <string>

#include "fetch/dial.h"
#include "fetch/url.h"
#include "fetch/wire.h"
#include "protocol/json.h"

namespace ww::protocol {

/// Receives the lines for the user that come before a reply, as they come.
using NoteSink = std::function<void(const Note&)>;
/// The same for how far a job is.
using ProgressSink = std::function<void(const Progress&)>;

/// A socket to who listens there: SOCK_STREAM, or another type. Errors: NotFound (no socket there),
/// Unavailable (nobody listens), PermissionDenied, Io.
Result<UniqueFd> connect_unix(const std::string& socket_path, int type = SOCK_STREAM);

/// A wwd that answers over the network, and what to say to it.
struct Server {
    fetch::Url url;
    fetch::Trust trust;
    std::string authorization;  // of the header
};

class Client {
   public:
    /// Over the network. A redirect is an error, never followed. Errors: those of fetch::dial(),
    /// with what to do.
    static Result<Client> connect(const Server& server);
    /// Errors: those of connect_unix().
    static Result<Client> connect(const std::string& socket_path);
    /// A socket that is connected already.
    explicit Client(UniqueFd fd) : wire_(std::move(fd)) {}

    /// Blocks until the whole reply is there. Errors: what the daemon answered; Unavailable if it
    /// went away.
    template <class Route>
    Result<typename Route::Reply> call(Route,
                                       const typename Route::Request& request,
                                       const NoteSink& notes,
                                       const ProgressSink& progress = {}) {
        std::optional<typename Route::Reply> reply;
        WW_TRY_VOID(exchange(
            Route::path, Json<Route>::request(request), [&](std::string_view text) -> Result<void> {
                WW_TRY(auto line, Json<Route>::read_reply_line(text));
                if (line.note && notes) notes(*line.note);
                if (line.progress && progress) progress(*line.progress);
                if (line.problem) return to_error(*line.problem);
                if (line.reply) reply = std::move(line.reply);
                return {};
            }));
        if (!reply) return Error(ErrorCode::Unavailable, "the daemon sent no reply");
        return std::move(*reply);
    }

    /// The same of a route whose replies have no end: `take` gets each as it comes. Returns when
    /// the connection has ended.
    template <class Route>
    Result<void> watch(Route,
                       const typename Route::Request& request,
                       const std::function<void(typename Route::Reply)>& take) {
        return exchange(
            Route::path, Json<Route>::request(request), [&](std::string_view text) -> Result<void> {
                WW_TRY(auto line, Json<Route>::read_reply_line(text));
                if (line.problem) return to_error(*line.problem);
                if (line.reply) take(*std::move(line.reply));
                return {};
            });
    }

    /// Sent along with every request, for the history. Without secrets.
    void set_command(std::string command) { command_ = std::move(command); }

    /// Shut down for sending while a job is followed, the daemon takes its peer to have left; what
    /// the job still says is answered.
    int fd() const { return wire_.fd(); }

   private:
    using LineSink = std::function<Result<void>(std::string_view)>;
    Result<void> exchange(std::string_view path, const std::string& body, const LineSink& line);

    Client(fetch::Stream stream, Server server)
        : wire_(std::move(stream)), server_(std::move(server)) {}
    /// What a reply that is none of wwd's means.
    Error refusal(const fetch::Head& head, const std::string& text) const;

    fetch::Wire wire_;
    std::optional<Server> server_;  // nothing: a socket of this machine
    std::string command_;
};

}  // namespace ww::protocol
