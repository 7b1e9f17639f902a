// SPDX-License-Identifier: BSD-3-Clause
#include "jobs/registry.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/background.h"
#include "base/log.h"

namespace ww::jobs {

namespace {

using std::chrono::steady_clock;

/// For those who want the same: "job 7 of root, image import, since 2026-11-30 12:03:11".
std::string holder_line(const Job& job, bool has_number) {
    const Order& order = job.order();
    std::tm local{};
    const std::time_t started = job.facts().started;
    ::localtime_r(&started, &local);
    std::string line =
        fmt::format("{} by {} since {:%Y-%m-%d %H:%M:%S}", order.kind, order.asker.user, local);
    line += has_number ? fmt::format(", job {}", job.number())
                       : fmt::format(", process {}", ::getpid());
    if (!order.asker.command.empty()) line += fmt::format(" (wwctl {})", order.asker.command);
    return line;
}

Result<Totals> run_guarded(const Work& work, Job& job) {
    try {
        return work(job);
    } catch (const std::exception& error) {
        // No code of ours throws; a library's surprise (bad_alloc) costs one job.
        return Error(ErrorCode::Internal,
                     fmt::format("{} ended by an exception: {}", job.order().what(), error.what()));
    }
}

void log_end(const Job& job) {
    const Facts facts = job.facts();
    const std::string what = fmt::format("job {} {}", job.number(), job.order().what());
    if (facts.state == State::Done)
        log::info("{} done bytes={} files={} ms={}",
                  what,
                  facts.totals.bytes,
                  facts.totals.files,
                  facts.took.count());
    else if (facts.state == State::Cancelled)
        log::info("{} cancelled ms={}: {}", what, facts.took.count(), facts.error->message());
    else
        log::warn("job.failed {} failed ms={}: {}",
                  what,
                  facts.took.count(),
                  facts.error ? facts.error->headline() : "");
}

}  // namespace

struct Registry::Impl {
    explicit Impl(RegistryOptions given) : options(std::move(given)) {}

    struct Entry {
        JobPtr job;
        std::thread thread;
        std::optional<steady_clock::time_point> ended;
    };

    const RegistryOptions options;
    std::function<void()> ended;
    std::mutex mutex;  // guards what follows
    std::condition_variable one_ended;
    std::map<int64_t, Entry> entries;
    int64_t last_number = 0;
    size_t running = 0;
    bool closing = false;

    /// Lets go of those whose time is over. With the lock.
    void forget() {
        const auto now = options.clock();
        size_t ended = 0;
        for (auto at = entries.rbegin(); at != entries.rend(); ++at)
            if (at->second.ended) ++ended;
        for (auto at = entries.begin(); at != entries.end();) {
            Entry& entry = at->second;
            const bool over =
                entry.ended && (ended > options.most_ended || now - *entry.ended > options.kept);
            if (!over) {
                ++at;
                continue;
            }
            if (entry.thread.joinable()) entry.thread.join();  // has nothing left to do
            --ended;
            at = entries.erase(at);
        }
    }

    void run(const JobPtr& job, Work work) {
        if (options.outlives_command)
            work_in_background("wwd-job");  // else nobody is served beside it
        take_every_processor();             // whoever asked for it has not
        Result<Totals> outcome = run_guarded(work, *job);
        work = nullptr;
        job->let_go();  // who learns of the end may begin anew
        job->end(outcome);
        if (!options.quiet) log_end(*job);
        if (ended) ended();
        const std::lock_guard lock(mutex);
        entries.at(job->number()).ended = options.clock();
        --running;
        one_ended.notify_all();
    }
};

Registry::Registry(RegistryOptions options) : impl_(new Impl(std::move(options))) {}

Registry::~Registry() {
    cancel_all("wwd ends");
    (void)close(std::chrono::hours(24));
}

Result<JobPtr> Registry::start(Order order, Work work) {
    if (order.detached && !impl_->options.outlives_command)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("no wwd runs that could go on with the {}", order.kind))
            .with_hint("start it (systemctl start wwd), or leave out --detach");
    const std::lock_guard lock(impl_->mutex);
    if (impl_->closing) return Error(ErrorCode::Unavailable, "wwd ends");
    if (impl_->running >= impl_->options.most_running)
        return Error(ErrorCode::Unavailable, fmt::format("{} jobs run already", impl_->running))
            .with_hint("wwctl job list shows them");
    impl_->forget();
    auto job =
        std::make_shared<Job>(impl_->last_number + 1, std::move(order), impl_->options.clock);
    const std::string holder = holder_line(*job, impl_->options.outlives_command);
    std::vector<Hold> holds;
    for (const Subject& subject : job->order().subjects) {
        if (std::ranges::find(impl_->options.held, subject.name) != impl_->options.held.end())
            continue;
        WW_TRY(Hold hold, Hold::take(impl_->options.holds, subject, holder));
        holds.push_back(std::move(hold));
    }
    job->hold(std::move(holds));
    impl_->last_number = job->number();
    if (!impl_->options.quiet)
        log::info("job {} {} for {}{}",
                  job->number(),
                  job->order().what(),
                  job->order().asker.user,
                  job->order().detached ? ", detached" : "");
    Impl::Entry& entry = impl_->entries[job->number()];
    entry.job = job;
    ++impl_->running;
    entry.thread = std::thread([impl = impl_.get(), job, work = std::move(work)]() mutable {
        impl->run(job, std::move(work));
    });
    return job;
}

std::vector<JobPtr> Registry::list() {
    const std::lock_guard lock(impl_->mutex);
    impl_->forget();
    std::vector<JobPtr> jobs;
    for (const auto& [number, entry] : impl_->entries) jobs.push_back(entry.job);
    return jobs;
}

JobPtr Registry::find(int64_t number) {
    const std::lock_guard lock(impl_->mutex);
    impl_->forget();
    const auto at = impl_->entries.find(number);
    return at == impl_->entries.end() ? nullptr : at->second.job;
}

void Registry::when_one_ends(std::function<void()> call) { impl_->ended = std::move(call); }

void Registry::cancel_all(const std::string& why) {
    for (const JobPtr& job : list()) job->cancel(why);
}

bool Registry::close(std::chrono::milliseconds patience) {
    std::unique_lock lock(impl_->mutex);
    impl_->closing = true;
    if (!impl_->one_ended.wait_for(lock, patience, [&] { return impl_->running == 0; }))
        return false;
    for (auto& [number, entry] : impl_->entries)
        if (entry.thread.joinable()) entry.thread.join();
    return true;
}

}  // namespace ww::jobs
