// SPDX-License-Identifier: BSD-3-Clause
//
// Jobs: what runs and ran, following one, cancelling one.
#include <fmt/format.h>

#include "api/handlers.h"

namespace ww::api {

namespace {

Result<jobs::JobPtr> controlled_job(Call& call, int64_t number) {
    jobs::JobPtr job = call.site.jobs.find(number);
    if (!job)
        return Error(ErrorCode::NotFound, fmt::format("there is no job {}", number))
            .with_hint("wwctl job list shows those that run and those that ended lately");
    if (!may_control(call.caller, *job))
        return Error(ErrorCode::PermissionDenied,
                     fmt::format("job {} is {}'s: only administrators may look into it or end it",
                                 number,
                                 job->order().asker.user));
    return job;
}

}  // namespace

Result<protocol::JobListReply> job_list(Call& call, const protocol::Nothing&) {
    protocol::JobListReply reply;
    for (const jobs::JobPtr& job : call.site.jobs.list()) {
        const jobs::Facts facts = job->facts();
        const jobs::Order& order = job->order();
        reply.jobs.push_back({.job = job->number(),
                              .kind = order.kind,
                              .name = order.name,
                              .state = std::string(to_string(facts.state)),
                              .detached = order.detached,
                              .user = order.asker.user,
                              .uid = order.asker.uid,
                              .command = order.asker.command,
                              .started = facts.started,
                              .milliseconds = facts.took.count(),
                              .problem = facts.error ? facts.error->headline() : std::string(),
                              .progress = to_protocol(*job, facts.progress)});
    }
    return reply;
}

Result<JobAnswer> job_watch(Call& call, const protocol::JobRequest& request) {
    WW_TRY(jobs::JobPtr job, controlled_job(call, request.job));
    if (!request.from_now)
        call.note(
            {"info",
             fmt::format(
                 "{}, job {} of {}", job->order().what(), job->number(), job->order().asker.user)});
    using From = jobs::Job::Watch::From;
    return JobAnswer{.job = std::move(job), .from = request.from_now ? From::Now : From::Start};
}

Result<protocol::Nothing> job_cancel(Call& call, const protocol::JobRequest& request) {
    WW_TRY(const jobs::JobPtr job, controlled_job(call, request.job));
    if (job->facts().state != jobs::State::Running)
        return Error(
            ErrorCode::FailedPrecondition,
            fmt::format(
                "job {} has ended already: {}", request.job, to_string(job->facts().state)));
    job->cancel(fmt::format("by {}", call.caller.user));
    return protocol::Nothing{};
}

}  // namespace ww::api
