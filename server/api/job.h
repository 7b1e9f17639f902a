// SPDX-License-Identifier: BSD-3-Clause
//
// Handlers whose work is long: they check what can be checked at once, start a job, and answer with
// it. Who asked then follows the job to its end, or not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/caller.h"
#include "http/message.h"
#include "jobs/registry.h"
#include "protocol/job.h"
#include "protocol/json.h"

namespace ww::api {

struct Call;

/// What a handler gives in place of a JobReply.
struct JobAnswer {
    jobs::JobPtr job;
    bool wait = true;  // until its end
    jobs::Job::Watch::From from = jobs::Job::Watch::From::Start;
};

/// The rest of what the registry wants to know is in `call`.
struct JobStart {
    std::string kind;
    std::string name;
    std::vector<jobs::Subject> subjects;
    bool detached = false;
};
/// In this process, for work that lives on what it has in memory. Errors: those of
/// Registry::start().
Result<JobAnswer> start_job(Call& call, JobStart start, jobs::Work work);
/// In a process of its own, where the site has such: that is given the request, checks it as this
/// one did, and comes here again, to do the work. The handler of `path` is the caller.
Result<JobAnswer> start_job(
    Call& call, JobStart start, std::string_view path, std::string body, jobs::Work work);
template <class Route>
Result<JobAnswer> start_job_of(Call& call,
                               JobStart start,
                               const typename Route::Request& request,
                               jobs::Work work) {
    return start_job(call,
                     std::move(start),
                     Route::path,
                     protocol::Json<Route>::request(request),
                     std::move(work));
}

/// Whether the caller may follow and cancel it: who asked for it, operators and administrators.
bool may_control(const Caller& caller, const jobs::Job& job);

/// Of one that has ended.
protocol::JobReply job_reply(const jobs::Job& job);
/// Of one that goes on alone.
protocol::JobReply detached_reply(const jobs::Job& job);
protocol::Progress to_protocol(const jobs::Job& job, const Progress& progress);

/// The lines of a reply that follows a job, `first` before them. The caller counts as one who waits
/// for it until the stream is gone or its peer hangs up.
std::unique_ptr<http::BodySource> follow_job(const JobAnswer& answer, std::string first);

}  // namespace ww::api
