// SPDX-License-Identifier: BSD-3-Clause
//
// The connection of one wwctl command to wwd. If a daemon of the site runs, it is that one; else a
// private wwd is started for this command and ends with it. Both are asked the same way, and both
// first state which configuration they serve.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/process.h"
#include "base/result.h"
#include "ctl/output.h"
#include "ctl/progress.h"
#include "protocol/client.h"

namespace ww::ctl {

class Session {
   public:
    /// `config`: path of warewulf.conf. Errors: those of reading the configuration; Internal (no
    /// wwd beside this program); Conflict (the daemon serves another site). `command`: what the
    /// history will say of changes, without secrets.
    static Result<Session> open(const std::string& config,
                                Output& output,
                                const std::string& command = {});

    /// A private wwd in any case: one that may do what the caller may, outside the daemon's
    /// sandbox.
    static Result<Session> open_own(const std::string& config,
                                    Output& output,
                                    const std::string& command = {});

    /// A wwd of another machine. Errors: those of connecting; Unauthenticated, PermissionDenied.
    static Result<Session> open_remote(const protocol::Server& server,
                                       Output& output,
                                       const std::string& command = {});

    Session(Session&& other) noexcept = default;
    Session& operator=(Session&&) = delete;
    ~Session();

    /// Blocks until the reply is there; shows the notes that come before it.
    template <class Route>
    Result<typename Route::Reply> call(Route route, const typename Route::Request& request) {
        const auto started = std::chrono::steady_clock::now();
        auto reply = client_.call(
            route, request, [this](const protocol::Note& note) { output_->note(note); });
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - started;
        tell(Route::path, took.count(), reply ? "" : reply.error().message());
        return reply;
    }

    /// The same for what runs as a job, with how far it is. `take`: what becomes of notes, if they
    /// are not just shown.
    template <class Route>
    Result<typename Route::Reply> follow(Route route,
                                         const typename Route::Request& request,
                                         ProgressView& view,
                                         const protocol::NoteSink& take = {}) {
        const auto note = [&](const protocol::Note& line) {
            view.clear();
            take ? take(line) : output_->note(line);
            output_->flush();  // whoever reads it through a pipe waits for it
        };
        const auto progress = [&](const protocol::Progress& how_far) { view.show(how_far); };
        return client_.call(route, request, note, progress);
    }

    /// What goes on for ever; `take` gets each reply as it comes, on this thread. Returns when the
    /// connection ends.
    template <class Route>
    Result<void> watch(Route route,
                       const typename Route::Request& request,
                       const std::function<void(typename Route::Reply)>& take) {
        return client_.watch(route, request, take);
    }

    int fd() const { return client_.fd(); }

    /// What the daemon said about itself.
    const protocol::Welcome& welcome() const { return welcome_; }

   private:
    Session(protocol::Client client, Process private_wwd, Output& output)
        : client_(std::move(client)), private_wwd_(std::move(private_wwd)), output_(&output) {}

    static Result<Session> start_private(const std::string& config, Output& output);
    /// For --debug: what was asked, and how long it took.
    void tell(std::string_view path, double milliseconds, std::string_view failure) const;
    Result<void> greet(const std::string& config);

    protocol::Client client_;
    Process private_wwd_;  // none: a running daemon
    Output* output_;
    protocol::Welcome welcome_;
};

/// Where warewulf.conf is unless a flag says so: $WAREWULFCONF, else where this program has it.
std::string usual_config();

/// The wwd that belongs to this wwctl: in the same folder, links followed.
Result<std::string> program_beside(const std::string& name);

}  // namespace ww::ctl
