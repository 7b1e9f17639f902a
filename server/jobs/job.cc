// SPDX-License-Identifier: BSD-3-Clause
#include "jobs/job.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <mutex>
#include <utility>

#include "base/log.h"

namespace ww::jobs {

std::string Order::what() const {
    return name.empty() ? kind : fmt::format("{} of {}", kind, name);
}

std::string_view to_string(State state) {
    switch (state) {
        case State::Running:
            return "running";
        case State::Done:
            return "done";
        case State::Failed:
            return "failed";
        case State::Cancelled:
            return "cancelled";
    }
    return "";
}

struct Job::Impl {
    const int64_t number;
    const Order order;
    const Clock clock;
    const std::chrono::steady_clock::time_point began = clock();
    std::stop_source stop;
    std::vector<Hold> holds = {};  // the registry's and the work's, one after the other

    mutable std::mutex mutex;  // guards what follows, and the places of watchers
    Facts facts;
    std::string cancelled_because;
    std::deque<Note> notes;
    size_t notes_dropped = 0;
    Progress shown;  // what watchers get, now and then the latest
    uint64_t shown_version = 0;
    std::chrono::steady_clock::time_point shown_at{};
    std::vector<Watch*> watches;
    size_t keepers = 0;
    bool was_watched = false;

    /// With the lock.
    void bound_notes() {
        // Who asked for it follows it a moment later; a short one has ended by then.
        const bool left = watches.empty() && (was_watched || order.detached);
        const bool over = facts.state != State::Running && left;
        const size_t most = over ? kMostNotesOfEnded : kMostNotes;
        for (; notes.size() > most; ++notes_dropped) notes.pop_front();
        if (over) facts.totals.report.clear();
    }

    std::chrono::milliseconds age() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock() - began);
    }

    /// What the watcher has not seen; it counts as seen then. Nothing: nothing.
    std::optional<Events> news(Watch& watch) {
        Events events;
        const size_t all = notes_dropped + notes.size();
        for (size_t at = std::max(watch.notes_seen_, notes_dropped); at < all; ++at)
            events.notes.push_back(notes[at - notes_dropped]);
        watch.notes_seen_ = all;
        if (watch.progress_seen_ != shown_version) events.progress = shown;
        watch.progress_seen_ = shown_version;
        if (facts.state != State::Running) events.end = facts;
        if (events.notes.empty() && !events.progress && !events.end) return std::nullopt;
        return events;
    }

    using Calls = std::vector<std::pair<std::function<void(Events)>, Events>>;
    /// The calls to make, without the lock, for watchers who wait.
    Calls due() {
        Calls calls;
        for (Watch* watch : watches) {
            if (!watch->ready_) continue;
            auto events = news(*watch);
            if (!events) continue;
            calls.emplace_back(std::exchange(watch->ready_, nullptr), std::move(*events));
        }
        return calls;
    }

    template <class Change>
    void change(const Change& what) {
        Calls calls;
        {
            const std::lock_guard lock(mutex);
            what();
            calls = due();
        }
        for (auto& [ready, events] : calls) ready(std::move(events));
    }
};

Job::Job(int64_t number, Order order, Clock clock)
    : impl_(new Impl{number, std::move(order), std::move(clock)}) {
    impl_->facts.started = std::time(nullptr);
}
Job::~Job() = default;

int64_t Job::number() const { return impl_->number; }
const Order& Job::order() const { return impl_->order; }
std::stop_token Job::stop() const { return impl_->stop.get_token(); }

Facts Job::facts() const {
    const std::lock_guard lock(impl_->mutex);
    Facts facts = impl_->facts;
    if (facts.state == State::Running) facts.took = impl_->age();
    return facts;
}

void Job::cancel(const std::string& why) {
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->facts.state != State::Running || !impl_->cancelled_because.empty()) return;
        impl_->cancelled_because = why;
    }
    impl_->stop.request_stop();
}

void Job::note(std::string level, std::string text) {
    impl_->change([&] {
        impl_->notes.push_back({std::move(level), std::move(text)});
        impl_->bound_notes();
    });
}

void Job::progress(const Progress& progress) {
    const auto now = impl_->clock();
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->facts.progress = progress;
        if (progress.phase == impl_->shown.phase && now - impl_->shown_at < kProgressInterval)
            return;
    }
    impl_->change([&] {
        impl_->shown = progress;
        impl_->shown_at = now;
        ++impl_->shown_version;
    });
}

ProgressSink Job::progress_sink() {
    return [this](const Progress& how_far) { progress(how_far); };
}

const std::vector<Hold>& Job::holds() const { return impl_->holds; }
void Job::hold(std::vector<Hold> holds) { impl_->holds = std::move(holds); }
void Job::let_go() { impl_->holds.clear(); }

void Job::end(const Result<Totals>& outcome) {
    impl_->change([&] {
        Facts& facts = impl_->facts;
        facts.took = impl_->age();
        if (outcome) {
            facts.state = State::Done;
            facts.totals = *outcome;
            return impl_->bound_notes();
        }
        const bool cancelled =
            !impl_->cancelled_because.empty() && outcome.error().code() == ErrorCode::Cancelled;
        facts.state = cancelled ? State::Cancelled : State::Failed;
        facts.error =
            cancelled
                ? Error(ErrorCode::Cancelled,
                        fmt::format(
                            "{} was cancelled: {}", impl_->order.what(), impl_->cancelled_because))
                : outcome.error();
        impl_->bound_notes();
    });
}

Job::Watch::Watch(std::shared_ptr<Job> job, bool keeps, From from)
    : job_(std::move(job)), keeps_(keeps) {
    Impl& impl = *job_->impl_;
    const std::lock_guard lock(impl.mutex);
    if (from == From::Now) notes_seen_ = impl.notes_dropped + impl.notes.size();
    impl.watches.push_back(this);
    impl.was_watched = true;
    if (keeps_) ++impl.keepers;
}

Job::Watch::~Watch() {
    leave();
    Impl& impl = *job_->impl_;
    const std::lock_guard lock(impl.mutex);
    std::erase(impl.watches, this);
    impl.bound_notes();
}

void Job::Watch::next(std::function<void(Events)> ready) {
    Impl& impl = *job_->impl_;
    std::optional<Events> events;
    {
        const std::lock_guard lock(impl.mutex);
        events = impl.news(*this);
        if (!events) ready_ = std::move(ready);
    }
    if (events) ready(std::move(*events));
}

bool Job::Watch::leave() {
    Impl& impl = *job_->impl_;
    {
        const std::lock_guard lock(impl.mutex);
        if (!std::exchange(keeps_, false)) return impl.stop.stop_requested();
        if (--impl.keepers > 0 || impl.order.detached) return false;
    }
    job_->cancel("nobody waits for it any more");
    return true;
}

}  // namespace ww::jobs
