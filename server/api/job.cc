// SPDX-License-Identifier: BSD-3-Clause
#include "api/job.h"

#include <mutex>
#include <utility>

#include "api/handlers.h"
#include "jobs/outside.h"
#include "protocol/job_order.h"

namespace ww::api {

namespace {

using protocol::route::JobWatch;

std::string lines_of(const jobs::Job& job, const jobs::Events& events) {
    std::string lines;
    const auto add = [&](const std::string& line) { lines += line + "\n"; };
    for (const jobs::Note& note : events.notes) add(protocol::note_line({note.level, note.text}));
    if (events.progress) add(protocol::progress_line(to_protocol(job, *events.progress)));
    if (events.end) {
        if (events.end->error)
            add(protocol::problem_line(protocol::to_problem(*events.end->error)));
        else
            add(protocol::Json<JobWatch>::reply_line(job_reply(job)));
    }
    return lines;
}

class JobStream final : public http::BodySource {
   public:
    JobStream(const JobAnswer& answer, std::string first)
        : watch_(answer.job, /*keeps=*/true, answer.from), first_(std::move(first)) {}

    void next(std::function<void(std::string)> ready) override {
        if (!first_.empty()) return ready(std::exchange(first_, {}));
        {
            const std::lock_guard lock(state_->mutex);
            if (!state_->over) state_->ready = std::exchange(ready, nullptr);
        }
        if (ready) return ready({});
        // The state, not us: an event may be on its way here when we go.
        watch_.next([state = state_, job = watch_.job()](const jobs::Events& events) {
            state->pass(lines_of(*job, events), events.end.has_value());
        });
    }

    /// The end that this brings about is still told; if others wait for the job, it is not ours to
    /// see any more.
    void hung_up() override {
        if (!watch_.leave()) state_->pass({}, /*last=*/true);
    }

   private:
    struct State {
        std::mutex mutex;
        bool over = false;
        std::function<void(std::string)> ready;

        void pass(std::string lines, bool last) {
            std::function<void(std::string)> call;
            {
                const std::lock_guard lock(mutex);
                over |= last;
                call = std::exchange(ready, nullptr);
            }
            if (call) call(std::move(lines));
        }
    };

    jobs::Job::Watch watch_;
    std::string first_;
    const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

protocol::Progress to_protocol(const jobs::Job& job, const Progress& progress) {
    return {.job = job.number(),
            .phase = progress.phase,
            .bytes = static_cast<int64_t>(progress.bytes),
            .total_bytes = static_cast<int64_t>(progress.total_bytes),
            .files = static_cast<int64_t>(progress.files),
            .total_files = static_cast<int64_t>(progress.total_files)};
}

protocol::JobReply job_reply(const jobs::Job& job) {
    const jobs::Facts facts = job.facts();
    return {.job = job.number(),
            .what = job.order().what(),
            .bytes = static_cast<int64_t>(facts.totals.bytes),
            .files = static_cast<int64_t>(facts.totals.files),
            .milliseconds = facts.took.count(),
            .report = facts.totals.report};
}

protocol::JobReply detached_reply(const jobs::Job& job) {
    return {.job = job.number(), .what = job.order().what(), .detached = true};
}

std::unique_ptr<http::BodySource> follow_job(const JobAnswer& answer, std::string first) {
    return std::make_unique<JobStream>(answer, std::move(first));
}

Result<JobAnswer> start_job(Call& call, JobStart start, jobs::Work work) {
    const bool wait = !start.detached;
    WW_TRY(jobs::JobPtr job,
           call.site.jobs.start({.kind = std::move(start.kind),
                                 .name = std::move(start.name),
                                 .subjects = std::move(start.subjects),
                                 .asker = {call.caller.uid, call.caller.user, call.caller.command},
                                 .detached = start.detached},
                                std::move(work)));
    return JobAnswer{.job = std::move(job), .wait = wait};
}

Result<JobAnswer> start_job(
    Call& call, JobStart start, std::string_view path, std::string body, jobs::Work work) {
    if (call.site.outside == nullptr) return start_job(call, std::move(start), std::move(work));
    const Caller& caller = call.caller;
    return start_job(
        call,
        std::move(start),
        [&site = call.site,
         order = protocol::job_order_text({.config = call.site.config,
                                           .path = std::string(path),
                                           .body = std::move(body),
                                           .user = caller.user,
                                           .uid = caller.uid,
                                           .is_root = caller.is_root,
                                           .via = caller.via,
                                           .command = caller.command})](jobs::Job& job) {
            auto outcome = site.outside->run(job, order);
            // Whoever hears that it is done finds done what it did to nodes.conf.
            (void)site.database.reload();
            return outcome;
        });
}

bool may_control(const Caller& caller, const jobs::Job& job) {
    return caller.is_admin || caller.is_operator ||
           (caller.uid >= 0 && caller.uid == job.order().asker.uid);
}

}  // namespace ww::api
