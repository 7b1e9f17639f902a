// SPDX-License-Identifier: BSD-3-Clause
//
// When a connection's patience ends. Setting a deadline is one store; a timer per connection would
// cost two queue operations per request. The price is that it is noticed up to a tick late
// (registry.h).
#pragma once

#include <atomic>
#include <cstdint>

#include "http/limits.h"

namespace ww::http {

/// Written by the connection, read by the timer.
class Deadline {
   public:
    void after(Limits::Duration duration);
    void clear() { at_ms_.store(kNever, std::memory_order_relaxed); }
    bool passed(int64_t now_ms) const { return now_ms >= at_ms_.load(std::memory_order_relaxed); }

    /// For the connection alone: until without_end(), after() sets nothing later than this.
    void end_within(Limits::Duration duration) { end_ms_ = now_ms() + duration.count(); }
    void without_end() { end_ms_ = kNever; }

    static int64_t now_ms();

   private:
    static constexpr int64_t kNever = INT64_MAX;
    std::atomic<int64_t> at_ms_{kNever};
    int64_t end_ms_ = kNever;
};

}  // namespace ww::http
