// SPDX-License-Identifier: BSD-3-Clause
#include "http/deadline.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ctime>

namespace ww::http {

namespace {

// An eighth of the shortest deadline is fine enough; never idle work more than 100 times a second.
Limits::Duration tick_for(const Limits& limits) {
    const Limits::Duration shortest = std::min({limits.head,
                                                limits.idle,
                                                limits.body_read,
                                                limits.body_stall,
                                                limits.answer,
                                                limits.tls_handshake,
                                                limits.linger});
    return std::clamp<Limits::Duration>(
        shortest / 8, std::chrono::milliseconds(10), std::chrono::milliseconds(500));
}

}  // namespace

int64_t Deadline::now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void Deadline::after(Limits::Duration duration) {
    at_ms_.store(now_ms() + duration.count(), std::memory_order_relaxed);
}

Registry::Registry(asio::io_context& context, const Limits& limits)
    : context_(context), tick_(tick_for(limits)) {}

void Registry::add(Watched& watched) {
    std::lock_guard lock(mutex_);
    watched.place_ = all_.insert(all_.end(), &watched);
    size_.store(all_.size(), std::memory_order_relaxed);
    if (!ticking_) {
        ticking_ = true;
        asio::co_spawn(context_, watch(weak_from_this(), tick_), asio::detached);
    }
}

void Registry::remove(Watched& watched) {
    std::function<void()> empty;
    {
        std::lock_guard lock(mutex_);
        all_.erase(watched.place_);
        size_.store(all_.size(), std::memory_order_relaxed);
        if (all_.empty()) std::swap(empty, when_empty_);
    }
    if (empty) empty();
}

size_t Registry::size() const { return size_.load(std::memory_order_relaxed); }

void Registry::drain(std::function<void()> empty) {
    {
        std::lock_guard lock(mutex_);
        for (Watched* watched : all_) watched->drain();
        if (!all_.empty()) {
            when_empty_ = std::move(empty);
            return;
        }
    }
    empty();
}

void Registry::forget_drain() {
    std::lock_guard lock(mutex_);
    when_empty_ = {};
}

void Registry::expire_late() {
    const int64_t now = Deadline::now_ms();
    std::lock_guard lock(mutex_);
    for (Watched* watched : all_) {
        if (!watched->deadline.passed(now)) continue;
        watched->deadline.clear();
        watched->expire();
    }
}

// Runs while there are connections, so that an idle daemon sleeps.
Task<void> Registry::watch(std::weak_ptr<Registry> weak, Limits::Duration tick) {
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               Executor>
        timer(co_await asio::this_coro::executor);
    while (true) {
        timer.expires_after(tick);
        error_code error;
        co_await timer.async_wait(asio::redirect_error(use_task, error));
        const std::shared_ptr<Registry> registry = weak.lock();
        if (error || !registry) co_return;
        registry->expire_late();
        std::lock_guard lock(registry->mutex_);
        if (registry->all_.empty()) {
            registry->ticking_ = false;
            co_return;
        }
    }
}

}  // namespace ww::http
