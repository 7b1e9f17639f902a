// SPDX-License-Identifier: BSD-3-Clause
//
// Management controllers asked from where the server is, for who has no way to them: what
// power_commands says is run by a job, with the same pace as `wwctl power` has.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "api/handlers.h"
#include "api/power.h"
#include "base/path.h"
#include "base/process.h"
#include "programs/fan_out.h"
#include "programs/waves.h"

namespace ww::api {

namespace {

using protocol::PowerCommand;
using protocol::PowerReply;
using protocol::PowerRunRequest;

// Each is a shell and what that runs.
constexpr int64_t kMostAtOnce = 500;
// A controller that needs longer does not answer; nor does a breaker.
constexpr int64_t kMostSeconds = 3600;
// Of what one controller says: a list of its sensors takes some 10 KiB.
constexpr size_t kMostTold = 64 << 10;
constexpr size_t kMostNamed = 5;

Result<void> check_within(std::string_view member, int64_t value, int64_t least, int64_t most) {
    if (value >= least && value <= most) return {};
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("{} must be between {} and {}", member, least, most));
}

Result<void> check_request(const PowerRunRequest& request) {
    if (request.verb == "console")
        return Error(ErrorCode::InvalidArgument, "a console needs a terminal: wwctl node console");
    WW_TRY_VOID(check_within("fanout", request.fanout, 1, kMostAtOnce));
    WW_TRY_VOID(check_within("timeout", request.timeout, 1, kMostSeconds));
    return check_within("pause", request.pause, -1, kMostSeconds);
}

programs::Pace pace_for(const PowerRunRequest& request, const PowerReply& reply) {
    const auto of = [](int64_t asked, int64_t usual) { return asked < 0 ? usual : asked; };
    return programs::pace_of(
        {.batch = static_cast<size_t>(of(request.batch, reply.batch)),
         .per_group = static_cast<size_t>(of(request.per_group, reply.per_group))},
        std::chrono::seconds(of(request.pause, reply.pause)),
        reply.starts,
        reply.grouped);
}

Program program_for(const PowerCommand& command) {
    Program program{.words = {"/bin/sh", "-c", command.command}};
    // redfish.tmpl runs the wwctl that lies beside us.
    if (const auto self = own_program())
        program.environment.push_back(fmt::format("WWCTL={}/wwctl", folder_of(*self)));
    if (!command.variable.empty())
        program.environment.push_back(command.variable + "=" + command.password);
    return program;
}

/// Readable once a job shall end.
class EndOfJob {
   public:
    explicit EndOfJob(const jobs::Job& job)
        : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), told_(job.stop(), Tell{fd_.get()}) {}
    int fd() const { return fd_.get(); }

   private:
    struct Tell {
        int fd;
        void operator()() const { (void)::eventfd_write(fd, 1); }
    };
    const UniqueFd fd_;
    const std::stop_callback<Tell> told_;
};

class PowerWork {
   public:
    PowerWork(jobs::Job& job, const PowerReply& reply, const PowerRunRequest& request)
        : job_(job),
          all_(reply.commands.size()),
          pace_(pace_for(request, reply)),
          patience_(request.timeout),
          at_once_(static_cast<size_t>(request.fanout)) {
        for (const PowerCommand& command : reply.commands) {
            if (command.problem.empty())
                commands_.push_back(&command);
            else
                tell(command, "", command.problem);
        }
    }

    Result<jobs::Totals> run() {
        const EndOfJob end(job_);
        if (end.fd() < 0) return Error::from_errno(errno, "eventfd");
        programs::FanOut how{
            .at_once = at_once_, .patience = patience_, .pause = pace_.pause, .end = end.fd()};
        std::vector<Program> all;
        sort_into_waves(how.waves);
        for (const PowerCommand* command : commands_) all.push_back(program_for(*command));
        const auto ended = [this](size_t i, const Result<programs::Ended>& one) {
            tell(*commands_[i], one ? one->output : "", programs::problem_of(one, patience_));
        };
        WW_TRY(const auto how_far, programs::fan_out(std::move(all), how, ended));
        if (!how_far.whole) return stopped(how_far.begun);
        if (failed_.empty()) return jobs::Totals{.files = told_};
        const bool cut = failed_.size() > kMostNamed;
        return Error(ErrorCode::Unavailable,
                     fmt::format("{} of {} nodes failed: {}{}",
                                 failed_.size(),
                                 all_,
                                 fmt::join(failed_.begin(),
                                           failed_.begin() + static_cast<ptrdiff_t>(std::min(
                                                                 failed_.size(), kMostNamed)),
                                           ", "),
                                 cut ? ", ..." : ""));
    }

   private:
    void sort_into_waves(std::vector<size_t>& sizes) {
        std::vector<std::string> groups;
        for (const PowerCommand* command : commands_) groups.push_back(command->group);
        std::vector<const PowerCommand*> ordered;
        for (const auto& wave : programs::in_waves(groups, pace_.rate)) {
            sizes.push_back(wave.size());
            for (const size_t i : wave) ordered.push_back(commands_[i]);
        }
        commands_ = std::move(ordered);
    }

    void tell(const PowerCommand& command, std::string_view output, std::string_view problem) {
        const bool is_done = problem.empty();
        if (!is_done) failed_.push_back(command.node);
        std::string lines =
            programs::each_line_of(command.node, (is_done ? output : problem).substr(0, kMostTold));
        lines.pop_back();  // a note has none
        job_.note(is_done ? "info" : "error", std::move(lines));
        job_.progress({.phase = "asking", .files = ++told_, .total_files = all_});
    }

    Error stopped(size_t begun) {
        protocol::Names rest;
        for (size_t i = begun; i < commands_.size(); ++i) rest.push_back(commands_[i]->node);
        if (!rest.empty()) job_.note("warn", fmt::format("not begun: {}", fmt::join(rest, ",")));
        return {ErrorCode::Cancelled, "stopped"};
    }

    jobs::Job& job_;
    const size_t all_;
    const programs::Pace pace_;
    const std::chrono::seconds patience_;
    const size_t at_once_;
    std::vector<const PowerCommand*> commands_;
    std::vector<std::string> failed_;
    uint64_t told_ = 0;
};

}  // namespace

Result<JobAnswer> power_run(Call& call, const PowerRunRequest& request) {
    WW_TRY_VOID(check_request(request));
    WW_TRY(PowerReply reply,
           // This runs them as root: who may change nodes, and is not root, may not say what.
           commands_for(call,
                        {.names = request.names,
                         .verb = request.verb,
                         .persistent = request.persistent,
                         .group_by = request.group_by},
                        power::Templates::Installed));
    const auto& commands = reply.commands;
    std::string name =
        commands.size() == 1 ? commands[0].node : fmt::format("{} nodes", commands.size());
    return start_job_of<protocol::route::PowerRun>(
        call,
        {.kind = "power " + request.verb, .name = std::move(name), .detached = request.detach},
        request,
        [reply = std::move(reply), request](jobs::Job& job) {
            return PowerWork(job, reply, request).run();
        });
}

}  // namespace ww::api
