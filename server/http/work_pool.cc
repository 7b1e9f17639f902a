// SPDX-License-Identifier: BSD-3-Clause
#include "http/work_pool.h"

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "base/background.h"
#include "base/log.h"
#include "http/limits.h"

namespace ww::http {

WorkPool::WorkPool(size_t threads, size_t queued, Lull lull)
    : limit_(queued), lull_(std::move(lull)), alive_(threads) {
    threads_.reserve(threads);
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() { (void)close(); }

bool WorkPool::submit(std::function<void()> job) {
    {
        std::lock_guard lock(mutex_);
        if (closing_ || jobs_.size() >= limit_) return false;
        jobs_.push_back(std::move(job));
    }
    ready_.notify_one();
    return true;
}

bool WorkPool::close(std::chrono::milliseconds patience) {
    std::deque<std::function<void()>> dropped;
    {
        std::unique_lock lock(mutex_);
        closing_ = true;
        dropped.swap(jobs_);
        ready_.notify_all();
        if (!returned_.wait_for(lock, patience, [this] { return alive_ == 0; })) return false;
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return true;
}

// What to do next; nothing: the pool closes. The thread that was busy last waits for a lull.
std::function<void()> WorkPool::next(std::unique_lock<std::mutex>& lock) {
    const auto ready = [this] { return closing_ || !jobs_.empty(); };
    if (untidy_ && busy_ == 0 && lull_.tidy && !ready_.wait_for(lock, lull_.after, ready) &&
        busy_ == 0) {
        untidy_ = false;
        return lull_.tidy;
    }
    ready_.wait(lock, ready);
    if (closing_) return nullptr;
    untidy_ = true;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
}

void WorkPool::run() {
    work_in_background("wwd-work");
    std::unique_lock lock(mutex_);
    while (std::function<void()> job = next(lock)) {
        ++busy_;
        lock.unlock();
        try {
            job();
        } catch (const std::exception& error) {
            // No code of ours throws; a library's surprise (bad_alloc) costs one job, not the
            // daemon.
            log::error("work.exception a job ended by an exception: {}", error.what());
        }
        job = nullptr;  // what it holds goes without the lock
        lock.lock();
        --busy_;
    }
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
