// SPDX-License-Identifier: BSD-3-Clause
//
// What a command's handler gets: its words, flags, output, and wwd.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ctl/command.h"
#include "ctl/output.h"
#include "ctl/parser.h"
#include "ctl/session.h"

namespace ww::ctl {

class Context {
   public:
    /// `line`: the command as the history will show it.
    Context(const Command& command,
            const Parsed& parsed,
            std::string config,
            std::string line,
            Output& output)
        : command_(command),
          parsed_(parsed),
          config_(std::move(config)),
          line_(std::move(line)),
          output_(output) {}

    const Command& command() const { return command_; }
    const FlagValues& flags() const { return parsed_.flags; }
    const std::vector<std::string>& arguments() const { return parsed_.arguments; }
    const std::optional<size_t>& dash() const { return parsed_.dash; }
    const std::string& config() const { return config_; }
    Output& output() { return output_; }

    /// Connects to wwd, once.
    Result<void> connect() {
        if (session_) return {};
        const auto open = command_.needs == Needs::OwnWwd ? Session::open_own : Session::open;
        WW_TRY(Session session, open(config_, output_, line_));
        session_.emplace(std::move(session));
        return {};
    }

    /// For who has nothing to ask for a long time: wwd hangs up on those. The next call connects
    /// anew.
    void disconnect() { session_.reset(); }

    template <class Route>
    Result<typename Route::Reply> call(Route route, const typename Route::Request& request) {
        WW_TRY_VOID(connect());
        return session_->call(route, request);
    }

    /// After connect().
    Session& session() { return *session_; }
    const protocol::Welcome& welcome() const { return session_->welcome(); }

   private:
    const Command& command_;
    const Parsed& parsed_;
    std::string config_;
    std::string line_;
    Output& output_;
    std::optional<Session> session_;
};

}  // namespace ww::ctl
