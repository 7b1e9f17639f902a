// SPDX-License-Identifier: BSD-3-Clause
//
// What a command's handler gets: its words, flags, output, and wwd.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "ctl/command.h"
#include "ctl/output.h"
#include "ctl/parser.h"
#include "ctl/session.h"
#include "protocol/json.h"

namespace ww::ctl {

class Context {
   public:
    /// `line`: the command as the history will show it.
    Context(const Command& command,
            const Parsed& parsed,
            std::string config,
            std::string line,
            Output& output,
            std::optional<protocol::Server> server = {})
        : command_(command),
          parsed_(parsed),
          config_(std::move(config)),
          line_(std::move(line)),
          output_(output),
          server_(std::move(server)) {}

    const Command& command() const { return command_; }
    const FlagValues& flags() const { return parsed_.flags; }
    const std::vector<std::string>& arguments() const { return parsed_.arguments; }
    const std::optional<size_t>& dash() const { return parsed_.dash; }
    const std::string& config() const { return config_; }
    Output& output() { return output_; }

    /// Connects to wwd, once.
    Result<void> connect() {
        if (session_) return {};
        if (server_) return connect_remote();
        const auto open = command_.needs == Needs::OwnWwd ? Session::open_own : Session::open;
        WW_TRY(Session session, open(config_, output_, line_));
        session_.emplace(std::move(session));
        return {};
    }

    /// Whether wwd is on another machine: paths, programs and users are those of this one.
    bool is_remote() const { return server_.has_value(); }

    /// For who has nothing to ask for a long time: wwd hangs up on those. The next call connects
    /// anew.
    void disconnect() { session_.reset(); }

    /// From now on changes are not asked for but kept here, and end their command as an error.
    void plan() { planning_ = true; }
    bool is_planning() const { return planning_; }
    /// The first change that was asked for since.
    const std::optional<protocol::PlanRequest>& planned() const { return planned_; }

    /// In place of asking for a change.
    template <class Route>
    Error keep_planned(const typename Route::Request& request) {
        if (!planned_)
            planned_ = {.path = std::string(Route::path),
                        .body = protocol::Json<Route>::request(request)};
        return {ErrorCode::Cancelled, "nothing was changed"};
    }

    template <class Route>
    Result<typename Route::Reply> call(Route route, const typename Route::Request& request) {
        if constexpr (Route::access == protocol::Access::Admin)
            if (planning_) return keep_planned<Route>(request);
        WW_TRY_VOID(connect());
        return session_->call(route, request);
    }

    /// After connect().
    Session& session() { return *session_; }
    const protocol::Welcome& welcome() const { return session_->welcome(); }

   private:
    Result<void> connect_remote() {
        if (command_.needs != Needs::Wwd)
            return Error(ErrorCode::FailedPrecondition,
                         command_.path + " works on the machine it runs on")
                .with_hint(fmt::format("run it on {} itself", server_->url.host.name));
        WW_TRY(Session session, Session::open_remote(*server_, output_, line_));
        session_.emplace(std::move(session));
        return {};
    }

    const Command& command_;
    const Parsed& parsed_;
    std::string config_;
    std::string line_;
    Output& output_;
    std::optional<protocol::Server> server_;  // nothing: the site of this machine
    std::optional<Session> session_;
    bool planning_ = false;
    std::optional<protocol::PlanRequest> planned_;
};

}  // namespace ww::ctl
