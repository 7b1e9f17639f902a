// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl job list, watch, cancel.
#include <fmt/format.h>

#include <charconv>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/follow.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

Result<int64_t> job_number(const std::string& word) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size() || number < 1)
        return Error(ErrorCode::InvalidArgument, fmt::format("not a job's number: {}", word))
            .with_hint("wwctl job list shows the jobs");
    return number;
}

std::string state_text(const protocol::JobInfo& job) {
    if (job.state != "running" || job.progress.phase.empty()) return job.state;
    return progress_text(job.progress).substr(fmt::format("job {}: ", job.job).size());
}

}  // namespace

Result<int> job_list(Context& context) {
    WW_TRY(const auto reply, context.call(protocol::route::JobList{}, {}));
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::JobList{}, reply);
        return 0;
    }
    protocol::Table table{{"JOB", "WHAT", "NAME", "BY", "SINCE", "SECONDS", "STATE"}, {}};
    for (const protocol::JobInfo& job : reply.jobs)
        table.rows.push_back({fmt::to_string(job.job),
                              job.kind,
                              job.name,
                              job.user,
                              time_text(job.started),
                              fmt::format("{:.1f}", static_cast<double>(job.milliseconds) / 1000),
                              state_text(job)});
    context.output().print(format_table(table, "--"));
    return 0;
}

Result<int> job_watch(Context& context) {
    WW_TRY(const int64_t number, job_number(context.arguments()[0]));
    return follow_job(context, protocol::route::JobWatch{}, {.job = number});
}

Result<int> job_cancel(Context& context) {
    WW_TRY(const int64_t number, job_number(context.arguments()[0]));
    WW_TRY(const auto asked, context.call(protocol::route::JobCancel{}, {.job = number}));
    (void)asked;
    // What it has made is gone when this returns.
    const auto reply = context.call(protocol::route::JobWatch{}, {.job = number, .from_now = true});
    if (reply) {
        context.output().print_error(
            fmt::format("{} was done before it could be cancelled\n", reply->what));
        return 1;
    }
    if (reply.error().code() != ErrorCode::Cancelled) return reply.error();
    context.output().message(Level::Info, reply.error().message());
    return 0;
}

}  // namespace ww::ctl::cmd
