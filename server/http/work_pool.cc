// SPDX-License-Identifier: BSD-3-Clause
#include "http/work_pool.h"

#include <cerrno>
#include <ctime>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "base/background.h"
#include "base/log.h"
#include "http/limits.h"

namespace ww::http {

namespace {

void wait(sem_t& semaphore) {
    while (::sem_wait(&semaphore) != 0 && errno == EINTR) continue;
}

bool wait_for(sem_t& semaphore, std::chrono::milliseconds patience) {
    using namespace std::chrono;
    const auto at = (steady_clock::now() + patience).time_since_epoch();
    const auto whole = floor<seconds>(at);
    const timespec end{.tv_sec = whole.count(), .tv_nsec = nanoseconds(at - whole).count()};
    while (::sem_clockwait(&semaphore, CLOCK_MONOTONIC, &end) != 0)
        if (errno != EINTR) return false;
    return true;
}

}  // namespace

WorkPool::WorkPool(size_t threads, size_t queued, Lull lull, Runs runs)
    : limit_(queued), lull_(std::move(lull)), runs_(runs), alive_(threads) {
    (void)::sem_init(&ready_, /*pshared=*/0, 0);
    threads_.reserve(threads);
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() {
    (void)close();
    (void)::sem_destroy(&ready_);
}

bool WorkPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_ || jobs_.size() >= limit_) return false;
        jobs_.push_back(std::move(job));
    }
    (void)::sem_post(&ready_);
    return true;
}

bool WorkPool::close(std::chrono::milliseconds patience) {
    std::deque<std::function<void()>> dropped;
    {
        std::unique_lock lock(mutex_);
        closing_ = true;
        dropped.swap(jobs_);
        for (size_t i = 0; i < threads_.size(); ++i) (void)::sem_post(&ready_);
        if (!returned_.wait_for(lock, patience, [this] { return alive_ == 0; })) return false;
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return true;
}

std::function<void()> WorkPool::tidying() {
    const std::lock_guard lock(mutex_);
    if (!untidy_ || busy_ > 0 || closing_) return nullptr;
    ++busy_;
    untidy_ = false;
    return lull_.tidy;
}

// What to do next; nothing: the pool closes.
std::function<void()> WorkPool::next(bool was_busy_last) {
    if (!was_busy_last) {
        wait(ready_);
    } else if (!wait_for(ready_, lull_.after)) {
        if (auto tidy = tidying()) return tidy;
        wait(ready_);
    }
    const std::lock_guard lock(mutex_);
    if (closing_) return nullptr;
    ++busy_;
    untidy_ = true;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
}

void WorkPool::run() {
    work_in_background("wwd-work");
    if (runs_ == Runs::BesideAnswers) leave_a_processor();
    bool was_busy_last = false;  // it waits for a lull
    while (std::function<void()> job = next(was_busy_last)) {
        try {
            job();
        } catch (const std::exception& error) {
            // No code of ours throws; a library's surprise (bad_alloc) costs one job, not the
            // daemon.
            log::error("work.exception a job ended by an exception: {}", error.what());
        }
        job = nullptr;  // what it holds goes without the lock
        const std::lock_guard lock(mutex_);
        was_busy_last = --busy_ == 0 && untidy_ && lull_.tidy;
    }
    const std::lock_guard lock(mutex_);
    if (--alive_ == 0) returned_.notify_all();
}

Reply busy_reply() {
    Reply reply = text_reply(503, "too much to do, try again later\n");
    reply.headers.emplace_back("Retry-After", std::to_string(kRetryAfterSeconds));
    return reply;
}

Handler on_pool(WorkPool& pool, BlockingHandler handler) {
    return [&pool, handler = std::move(handler)](const Request& request, Responder respond) {
        // std::function wants to copy what it holds.
        const auto shared = std::make_shared<Responder>(std::move(respond));
        const bool taken =
            pool.submit([&request, &handler, shared] { (*shared)(handler(request)); });
        if (!taken) (*shared)(busy_reply());
    };
}

}  // namespace ww::http
