// SPDX-License-Identifier: BSD-3-Clause
//
// The jobs of one process: those that run, and for a while those that have ended.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jobs/job.h"

namespace ww::jobs {

struct RegistryOptions {
    /// Where holds are: the same for all processes of a site.
    std::string holds;
    /// Subjects that another process holds for the jobs of this one.
    std::vector<std::string> held = {};
    /// Its jobs are another process's, which logs them.
    bool quiet = false;
    /// False in a process that ends with the command it serves.
    bool outlives_command = true;
    /// Jobs at once; one more is refused. Each has a thread.
    size_t most_running = 16;
    /// Ended jobs whose outcome can still be asked for, and how long.
    size_t most_ended = 100;
    std::chrono::minutes kept = std::chrono::minutes(60);
    Job::Clock clock = [] { return std::chrono::steady_clock::now(); };
};

/// Any thread.
class Registry {
   public:
    explicit Registry(RegistryOptions options);
    /// Cancels what runs and waits for it.
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// Starts `work` on a thread of its own. An attached job needs a watcher: it is cancelled when
    /// its last one goes, not before the first comes. Errors: Conflict (something of its subjects
    /// is in use; by whom and since when), Unavailable (too many jobs), FailedPrecondition
    /// (detached, and nobody is there to go on).
    Result<JobPtr> start(Order order, Work work);

    /// By number.
    std::vector<JobPtr> list();
    /// nullptr: there is none, or its time is over.
    JobPtr find(int64_t number);

    /// Called on the job's thread whenever one has ended; it must not wait. Before the first job.
    void when_one_ends(std::function<void()> call);

    void cancel_all(const std::string& why);
    /// Takes no more, and waits for those that run, no longer than `patience`. False: some still
    /// do; the registry must not be destroyed then.
    bool close(std::chrono::milliseconds patience);

   private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace ww::jobs
