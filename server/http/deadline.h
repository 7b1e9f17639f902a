// SPDX-License-Identifier: BSD-3-Clause
//
// Deadlines of connections, and the one timer that looks after all of them. Setting a deadline is
// one store; a timer per connection would cost two queue operations per request. The price is that
// a deadline fires up to a tick late.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "http/limits.h"
#include "http/task.h"

namespace ww::http {

/// Written by the connection, read by the timer.
class Deadline {
   public:
    void after(Limits::Duration duration);
    void clear() { at_ms_.store(kNever, std::memory_order_relaxed); }
    bool passed(int64_t now_ms) const { return now_ms >= at_ms_.load(std::memory_order_relaxed); }

    static int64_t now_ms();

   private:
    static constexpr int64_t kNever = INT64_MAX;
    std::atomic<int64_t> at_ms_{kNever};
};

/// Something with a deadline. Both calls come from another thread than the one it runs on, with the
/// registry locked: they must be short and may not call the registry.
class Watched {
   public:
    virtual ~Watched() = default;
    virtual void expire() = 0;
    virtual void drain() = 0;  // end soon: at once if idle, else after the reply under way

    Deadline deadline;

   private:
    friend class Registry;
    std::list<Watched*>::iterator place_;
};

/// All connections of a server.
class Registry : public std::enable_shared_from_this<Registry> {
   public:
    /// The deadlines of `limits` decide how often the timer looks.
    Registry(asio::io_context& context, const Limits& limits);

    void add(Watched& watched);
    /// Must be called before `watched` is destroyed.
    void remove(Watched& watched);
    size_t size() const;

    /// Asks every connection to end; calls `empty` once, from any thread, when none is left.
    void drain(std::function<void()> empty);
    /// `empty` will not be called any more.
    void forget_drain();

   private:
    static Task<void> watch(std::weak_ptr<Registry> weak, Limits::Duration tick);
    void expire_late();

    asio::io_context& context_;
    const Limits::Duration tick_;
    std::atomic<size_t> size_{0};
    mutable std::mutex mutex_;
    std::list<Watched*> all_;
    bool ticking_ = false;
    std::function<void()> when_empty_;
};

}  // namespace ww::http
