// SPDX-License-Identifier: BSD-3-Clause
//
// The blocking client of wwd's API: one connection, one request at a time. Used by wwctl and tests.
#pragma once

#include <functional>
#include <string>

#include "protocol/json.h"
#include "protocol/wire.h"

namespace ww::protocol {

/// Receives the lines for the user that come before a reply, as they come.
using NoteSink = std::function<void(const Note&)>;
/// The same for how far a job is.
using ProgressSink = std::function<void(const Progress&)>;

class Client {
   public:
    /// Errors: NotFound (no socket there), Unavailable (nobody listens), PermissionDenied, Io.
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

    /// Sent along with every request, for the history. Without secrets.
    void set_command(std::string command) { command_ = std::move(command); }

    /// Shut down for sending while a job is followed, the daemon takes its peer to have left; what
    /// the job still says is answered.
    int fd() const { return wire_.fd(); }

   private:
    using LineSink = std::function<Result<void>(std::string_view)>;
    Result<void> exchange(std::string_view path, const std::string& body, const LineSink& line);

    Wire wire_;
    std::string command_;
};

}  // namespace ww::protocol
