// SPDX-License-Identifier: BSD-3-Clause
//
// The threads that may block: everything that touches a disk or burns CPU runs here, nothing else
// does. They are a little nicer than the io threads (sched(7)). The queue is bounded; who finds it
// full tells its client to come back.
#pragma once

#include <semaphore.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/message.h"

namespace ww::http {

class WorkPool {
   public:
    /// What a pool does after work: `tidy` runs on one of its threads once all of them have been
    /// idle for a while, and not again before there was more work.
    struct Lull {
        std::chrono::milliseconds after{};
        std::function<void()> tidy = {};
    };

    enum class Runs {
        Anywhere,
        /// Never on all processors at once: whoever answers nodes finds one (base/background.h).
        BesideAnswers,
    };

    /// `queued`: how many jobs may wait for a thread.
    WorkPool(size_t threads, size_t queued) : WorkPool(threads, queued, Lull()) {}
    WorkPool(size_t threads, size_t queued, Lull lull, Runs runs = Runs::Anywhere);
    /// Drops the jobs that wait, lets those that run finish.
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    /// False if the queue is full or the pool is closing; then `job` was not taken. Any thread.
    [[nodiscard]] bool submit(std::function<void()> job);
    /// As the destructor, but earlier, and waits for running jobs no longer than `patience`. False:
    /// some still run; the pool must not be destroyed then. Not from a job.
    bool close(std::chrono::milliseconds patience = std::chrono::hours(24));

   private:
    void run();
    std::function<void()> next(bool was_busy_last);
    std::function<void()> tidying();

    // One count for each job that waits, and for each thread at the end. Not a condition variable,
    // whose signal may wait for a thread that was woken before and has not come to run yet: here
    // the one that submits answers nodes.
    sem_t ready_{};
    std::mutex mutex_;
    std::deque<std::function<void()>> jobs_;
    const size_t limit_;
    const Lull lull_;
    const Runs runs_;
    size_t busy_ = 0;      // threads with a job
    bool untidy_ = false;  // there was work since tidy() ran
    bool closing_ = false;
    size_t alive_ = 0;  // threads that have not returned
    std::condition_variable returned_;
    std::vector<std::thread> threads_;
};

/// Runs `handler` on the pool. With a full queue the client gets 503 and Retry-After. The pool must
/// outlive the handler.
Handler on_pool(WorkPool& pool, BlockingHandler handler);

/// The reply of a server that has no room.
Reply busy_reply();

}  // namespace ww::http
