// SPDX-License-Identifier: BSD-3-Clause
#include "jobs/registry.h"

#include <condition_variable>
#include <future>
#include <mutex>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::jobs;
using namespace std::chrono_literals;

namespace {

Order order_of(std::string image, bool detached = false) {
    return {.kind = "image import",
            .name = image,
            .subjects = {{"image " + image}},
            .asker = {0, "root", "image import /srv/x " + image},
            .detached = detached};
}

/// Work that goes on until it is told to stop or to end. Must outlive the registry that runs it.
class Gate {
   public:
    Work work() {
        return [this](Job& job) -> Result<Totals> {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, job.stop(), [this] { return open_; });
            if (!open_) return Error(ErrorCode::Cancelled, "stopped");
            return Totals{10, 2};
        };
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        ready_.notify_all();
    }

   private:
    std::mutex mutex_;
    std::condition_variable_any ready_;
    bool open_ = false;
};

/// All events up to the end, which it waits for.
Events follow(Job::Watch& watch) {
    Events all;
    while (!all.end) {
        std::promise<Events> next;
        watch.next([&](Events events) { next.set_value(std::move(events)); });
        Events events = next.get_future().get();
        all.notes.insert(all.notes.end(), events.notes.begin(), events.notes.end());
        if (events.progress) all.progress = events.progress;
        all.end = events.end;
    }
    return all;
}

Facts end_of(const JobPtr& job) {
    Job::Watch watch(job, /*keeps=*/false);
    return *follow(watch).end;
}

struct Jobs {
    test::TempDir folder;
    Registry registry{{.holds = folder / "holds"}};
};

}  // namespace

TEST_CASE("an attached job ends with the last who waits for it", "[jobs]") {
    Gate gate;
    Jobs jobs;
    const JobPtr job = *jobs.registry.start(order_of("deb"), gate.work());
    auto first = std::make_unique<Job::Watch>(job, /*keeps=*/true);
    Job::Watch second(job, /*keeps=*/true);
    const Job::Watch onlooker(job, /*keeps=*/false);
    first.reset();
    CHECK_FALSE(job->stop().stop_requested());
    CHECK(second.leave());
    const Facts facts = *follow(second).end;
    CHECK(facts.state == State::Cancelled);
    CHECK(facts.error->code() == ErrorCode::Cancelled);
    CHECK(facts.error->message() ==
          "image import of deb was cancelled: nobody waits for it any more");
}

TEST_CASE("a detached job lives until it is done", "[jobs]") {
    Gate gate;
    Jobs jobs;
    const JobPtr job = *jobs.registry.start(order_of("deb", /*detached=*/true), gate.work());
    {
        Job::Watch watch(job, /*keeps=*/true);
        CHECK_FALSE(watch.leave());
    }
    CHECK_FALSE(job->stop().stop_requested());
    gate.open();
    const Facts facts = end_of(job);
    CHECK(facts.state == State::Done);
    CHECK(facts.totals.files == 2);
    CHECK(jobs.registry.find(job->number()) == job);
}

TEST_CASE("or until somebody cancels it, whose reason is told", "[jobs]") {
    Gate gate;
    Jobs jobs;
    const JobPtr job = *jobs.registry.start(order_of("deb", /*detached=*/true), gate.work());
    job->cancel("by eve");
    job->cancel("by mallory");
    CHECK(end_of(job).error->message() == "image import of deb was cancelled: by eve");
}

TEST_CASE("what is in use is refused at once, with who has it", "[jobs][hold]") {
    Gate gate;
    Jobs jobs;
    Registry other_process({.holds = jobs.folder / "holds", .outlives_command = false});
    const JobPtr job = *jobs.registry.start(order_of("deb", true), gate.work());
    for (Registry* registry : {&jobs.registry, &other_process}) {
        const auto refused = registry->start(order_of("deb"), gate.work());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == ErrorCode::Conflict);
        CHECK(refused.error().message().starts_with(
            "image deb is in use: image import by root since 2"));
        CHECK(refused.error().message().ends_with(", job 1 (wwctl image import /srv/x deb)"));
    }
    CHECK(jobs.registry.start(order_of("other", true), gate.work()));
    gate.open();
    end_of(job);
    // Who learned of the end may begin at once; nothing is left of the old hold.
    const JobPtr next = *other_process.start(order_of("deb"), gate.work());
    end_of(next);
    CHECK_FALSE(exists(jobs.folder / "holds/image deb"));
}

TEST_CASE("readers share, and keep those who change away", "[jobs][hold]") {
    const test::TempDir folder;
    const Subject reading{"image deb", /*shared=*/true};
    const Subject changing{"image deb"};
    auto first = Hold::take(folder.path(), reading, "first");
    auto second = std::make_unique<Result<Hold>>(Hold::take(folder.path(), reading, "second"));
    REQUIRE(first);
    REQUIRE(*second);
    CHECK(Hold::take(folder.path(), changing, "x").error().message() ==
          "image deb is in use: second");
    second.reset();
    CHECK(Hold::take(folder.path(), changing, "x").error().code() == ErrorCode::Conflict);
    {
        const Hold gone = std::move(*first);
    }
    CHECK(Hold::take(folder.path(), changing, "x"));
}

TEST_CASE("progress is told ten times a second at most", "[jobs][progress]") {
    auto now = std::chrono::steady_clock::time_point(1h);
    Job job(1, order_of("deb"), [&] { return now; });
    const auto shared = std::shared_ptr<Job>(&job, [](Job*) {});
    Job::Watch watch(shared, true);
    int told = 0;
    std::optional<Events> last;
    bool more = true;
    const auto count = [&] {
        for (more = true; more;) {
            more = false;
            watch.next([&](Events events) {
                ++told;
                last = std::move(events);
                more = true;
            });
        }
    };
    for (uint64_t i = 1; i <= 1000; ++i) job.progress({"copying", i * 10, 0, i, 0});
    count();
    CHECK(told == 1);
    CHECK(last->progress->files == 1);
    // The latest is remembered all the same.
    CHECK(job.facts().progress.files == 1000);
    now += kProgressInterval;
    job.progress({"copying", 0, 0, 1001, 0});
    CHECK(told == 2);
    CHECK(last->progress->files == 1001);
    count();
    job.progress({"packing", 0, 0, 1, 0});  // another phase is news
    CHECK(told == 3);
}

TEST_CASE("who comes late sees everything from the start", "[jobs]") {
    Jobs jobs;
    const JobPtr job = *jobs.registry.start(order_of("deb", true), [](Job& self) -> Result<Totals> {
        self.note("info", "one");
        self.note("warn", "two");
        return Error(ErrorCode::Io, "disk full");
    });
    for (int i = 0; i < 2; ++i) {
        Job::Watch watch(job, false);
        const Events events = follow(watch);
        REQUIRE(events.notes.size() == 2);
        CHECK(events.notes[1].text == "two");
        CHECK(events.end->state == State::Failed);
        CHECK(events.end->error->message() == "disk full");
    }
    Job::Watch only_the_end(job, false, Job::Watch::From::Now);
    CHECK(follow(only_the_end).notes.empty());
}

TEST_CASE("notes have a bound; the newest are kept", "[jobs][limits]") {
    Job job(1, order_of("deb"), [] { return std::chrono::steady_clock::now(); });
    const auto shared = std::shared_ptr<Job>(&job, [](Job*) {});
    for (size_t i = 0; i <= kMostNotes; ++i) job.note("info", std::to_string(i));
    {
        Job::Watch watch(shared, false);
        job.end(Totals{});
        const Events events = follow(watch);
        CHECK(events.notes.size() == kMostNotes);
        CHECK(events.notes.front().text == "1");
    }
    Job::Watch late(shared, false);
    CHECK(follow(late).notes.size() == kMostNotesOfEnded);
}

TEST_CASE("what a job found out is there for who asked, however quick it was", "[jobs]") {
    const auto now = [] { return std::chrono::steady_clock::now(); };
    const auto job = std::make_shared<Job>(1, order_of("deb"), now);
    job->end(Totals{.report = "{}"});
    {
        Job::Watch watch(job, true);
        CHECK(follow(watch).end->totals.report == "{}");
    }
    CHECK(job->facts().totals.report.empty());
    // Whom nobody will follow has no reason to keep it.
    Job detached(2, order_of("deb", true), now);
    detached.end(Totals{.report = "{}"});
    CHECK(detached.facts().totals.report.empty());
}

TEST_CASE("a cancellation that comes too late changes nothing", "[jobs]") {
    Jobs jobs;
    const JobPtr job = *jobs.registry.start(order_of("deb", true), [](Job& self) -> Result<Totals> {
        self.cancel("by root");
        return Totals{1, 1};
    });
    CHECK(end_of(job).state == State::Done);
}

TEST_CASE("an exception costs one job", "[jobs]") {
    Jobs jobs;
    const JobPtr job = *jobs.registry.start(order_of("deb", true),
                                            [](Job&) -> Result<Totals> { throw std::bad_alloc(); });
    const Facts facts = end_of(job);
    CHECK(facts.state == State::Failed);
    CHECK(facts.error->code() == ErrorCode::Internal);
}

TEST_CASE("jobs at once and jobs remembered have bounds", "[jobs][limits]") {
    const test::TempDir folder;
    std::atomic<std::chrono::steady_clock::time_point> now{std::chrono::steady_clock::time_point()};
    Registry registry(
        {.holds = folder.path(), .most_running = 2, .most_ended = 1, .kept = 60min, .clock = [&] {
             return now.load();
         }});
    Gate gate;
    const JobPtr a = *registry.start(order_of("a", true), gate.work());
    const JobPtr b = *registry.start(order_of("b", true), gate.work());
    CHECK(registry.start(order_of("c", true), gate.work()).error().code() ==
          ErrorCode::Unavailable);
    CHECK(registry.list().size() == 2);
    gate.open();
    end_of(a);
    end_of(b);
    CHECK(registry.close(10s));  // both are entered as ended now
    REQUIRE(registry.list().size() == 1);
    CHECK(registry.list().front()->number() == 2);
    now = now.load() + 61min;
    CHECK(registry.find(2) == nullptr);
}

TEST_CASE("a process that ends with its command takes no detached jobs", "[jobs]") {
    const test::TempDir folder;
    Registry registry({.holds = folder.path(), .outlives_command = false});
    Gate gate;
    CHECK(registry.start(order_of("a", true), gate.work()).error().code() ==
          ErrorCode::FailedPrecondition);
}

TEST_CASE("the end of a registry is the end of its jobs", "[jobs]") {
    const test::TempDir folder;
    Gate gate;
    JobPtr job;
    {
        Registry registry({.holds = folder.path()});
        job = *registry.start(order_of("a", true), gate.work());
    }
    CHECK(job->facts().state == State::Cancelled);
}

TEST_CASE("who wants to know is told when a job has ended", "[jobs]") {
    Gate gate;
    Jobs jobs;
    std::promise<void> told;
    jobs.registry.when_one_ends([&] { told.set_value(); });
    const auto job = jobs.registry.start(order_of("deb", /*detached=*/true), gate.work());
    REQUIRE(job);
    gate.open();
    told.get_future().wait();
    CHECK((*job)->facts().state == State::Done);
}
