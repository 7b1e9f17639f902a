// SPDX-License-Identifier: BSD-3-Clause
//
// A job: long work with a number, an asker, progress and an outcome. It runs on a thread of its own
// and is followed by watchers. An attached job lives for them: it is cancelled when the last one is
// gone. A detached one lives until it is done or cancelled.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "jobs/hold.h"

namespace ww::jobs {

struct Asker {
    int64_t uid = -1;  // -1: not known
    std::string user;
    std::string command;  // without secrets
};

struct Order {
    std::string kind;  // "image import"
    std::string name;  // what it is about, for people: "deb"
    std::vector<Subject> subjects;
    Asker asker;
    bool detached = false;

    /// "image import of deb"
    std::string what() const;
};

/// A line for the user; levels as protocol's.
struct Note {
    std::string level;
    std::string text;
};

/// What was done, for the last line.
struct Totals {
    uint64_t bytes = 0;
    uint64_t files = 0;
    /// JSON: what a job found out whose purpose that is. Kept while somebody follows it.
    std::string report = {};
};

enum class State { Running, Done, Failed, Cancelled };
std::string_view to_string(State state);

/// How a job is, at one moment.
struct Facts {
    State state = State::Running;
    int64_t started = 0;  // Unix seconds
    std::chrono::milliseconds took{0};
    Progress progress;
    Totals totals;
    std::optional<Error> error;  // why it failed or was cancelled
};

/// What happened since a watcher looked last.
struct Events {
    std::vector<Note> notes;
    std::optional<Progress> progress;
    std::optional<Facts> end;
};

/// Notes that are kept for watchers who come late or are slow; older ones go first.
inline constexpr size_t kMostNotes = 100'000;
/// The same of a job that has ended and that nobody follows.
inline constexpr size_t kMostNotesOfEnded = 1000;
/// Between two events of progress.
inline constexpr std::chrono::milliseconds kProgressInterval(100);

/// Any thread.
class Job : public std::enable_shared_from_this<Job> {
   public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    Job(int64_t number, Order order, Clock clock);
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job();

    int64_t number() const;
    const Order& order() const;
    Facts facts() const;

    /// Asks it to end; the first reason counts. No effect on one that has ended.
    void cancel(const std::string& why);

    /// One who follows the job, from its first event or from now on. Gone, it watches no more.
    class Watch {
       public:
        enum class From { Start, Now };
        /// `keeps`: an attached job lives for this one, too.
        Watch(std::shared_ptr<Job> job, bool keeps, From from = From::Start);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();

        /// Has `ready` called once, from any thread, maybe at once, when something has happened.
        /// Not again before that; not after an end.
        void next(std::function<void(Events)> ready);
        /// The job lives for this one no more. True: that cancelled it, and its end will come.
        bool leave();
        const std::shared_ptr<Job>& job() const { return job_; }

       private:
        friend class Job;
        const std::shared_ptr<Job> job_;
        bool keeps_;
        // Guarded by the job's mutex.
        size_t notes_seen_ = 0;
        uint64_t progress_seen_ = 0;
        std::function<void(Events)> ready_;
    };

    // ---- for the work ----

    std::stop_token stop() const;
    void note(std::string level, std::string text);
    /// Costs nothing worth sparing: most calls are only remembered.
    void progress(const Progress& progress);
    /// As a sink for the layers that do the work.
    ProgressSink progress_sink();
    /// What it has to itself, for as long as the work lasts.
    const std::vector<Hold>& holds() const;

    // ---- for the registry ----

    /// Before the work begins.
    void hold(std::vector<Hold> holds);
    /// Before the end.
    void let_go();
    /// The end; watchers learn of it.
    void end(const Result<Totals>& outcome);

   private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

using JobPtr = std::shared_ptr<Job>;
/// Does the work, and removes what it made if it cannot end it. Errors: Cancelled after a stop.
using Work = std::function<Result<Totals>(Job& job)>;

}  // namespace ww::jobs
