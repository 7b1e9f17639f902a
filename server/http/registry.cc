// SPDX-License-Identifier: BSD-3-Clause
#include "http/registry.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "base/log.h"
#include "base/quote.h"

namespace ww::http {

namespace {

// Connections over the limit that are still told so.
constexpr size_t kRefusals = 256;

// Idle connections ended at once: who looks for one looks at all.
constexpr size_t kEndedAtOnce = 64;

// Between two words about a peer that takes too much.
constexpr std::chrono::seconds kSilence(60);

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

Registry::Registry(asio::io_context& context, const Limits& limits)
    : context_(context), limits_(limits), tick_(tick_for(limits)) {}

Admission Registry::admit(const std::string& peer) {
    const std::lock_guard lock(mutex_);
    const auto found = peers_.find(peer);
    const size_t of_peer = found == peers_.end() ? 0 : found->second;
    const auto refuse = [](size_t open, size_t limit) {
        return open < limit + kRefusals ? Admission::Refuse : Admission::Drop;
    };
    if (found != peers_.end() && of_peer >= limits_.per_peer && !make_room(&*found)) {
        complain(peer, of_peer);
        return refuse(of_peer, limits_.per_peer);
    }
    if (all_.size() >= limits_.connections && !make_room(nullptr))
        return refuse(all_.size(), limits_.connections);
    return Admission::Take;
}

// True: one may come in for one that was asked to end.
bool Registry::make_room(const Peers::value_type* peer) {
    if (room_ > 0) {
        --room_;
        return true;
    }
    std::vector<std::pair<int64_t, Watched*>> idle;
    for (Watched* watched : all_) {
        const int64_t since = watched->idle_since_ms_.load(std::memory_order_relaxed);
        if (since != Watched::kBusy && (peer == nullptr || watched->peer_ == peer))
            idle.emplace_back(since, watched);
    }
    if (idle.empty()) return false;
    const size_t count = std::min({idle.size(), kEndedAtOnce, 1 + all_.size() / 16});
    std::partial_sort(idle.begin(), idle.begin() + static_cast<ptrdiff_t>(count), idle.end());
    for (size_t i = 0; i < count; ++i) {
        idle[i].second->idle_since_ms_ = Watched::kBusy;
        idle[i].second->drain();
    }
    room_ = count - 1;
    return true;
}

void Registry::complain(const std::string& peer, size_t connections) {
    const auto now = std::chrono::steady_clock::now();
    if (complained_ != std::chrono::steady_clock::time_point() && now - complained_ < kSilence)
        return;
    complained_ = now;
    log::warn("http.crowded {} has {} connections, none of them idle, and gets no more",
              quote(peer),
              connections);
}

void Registry::add(Watched& watched, const std::string& peer) {
    std::lock_guard lock(mutex_);
    watched.place_ = all_.insert(all_.end(), &watched);
    watched.peer_ = &*peers_.try_emplace(peer, 0).first;
    ++watched.peer_->second;
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
        if (--watched.peer_->second == 0) peers_.erase(peers_.find(watched.peer_->first));
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
