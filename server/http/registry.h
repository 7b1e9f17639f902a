// SPDX-License-Identifier: BSD-3-Clause
//
// All connections of a server: the one timer that enforces their deadlines, who may still come in,
// and who goes for that.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "http/deadline.h"
#include "http/limits.h"
#include "http/task.h"

namespace ww::http {

/// Something with a deadline. Both calls come from another thread than the one it runs on, with the
/// registry locked: they must be short and may not call the registry.
class Watched {
   public:
    virtual ~Watched() = default;
    virtual void expire() = 0;
    virtual void drain() = 0;  // end soon: at once if idle, else after the reply under way

    Deadline deadline;

   protected:
    void is_idle() { idle_since_ms_.store(Deadline::now_ms(), std::memory_order_relaxed); }
    void is_busy() { idle_since_ms_.store(kBusy, std::memory_order_relaxed); }

   private:
    friend class Registry;
    using Peers = std::unordered_map<std::string, size_t>;

    static constexpr int64_t kBusy = INT64_MAX;
    std::atomic<int64_t> idle_since_ms_{kBusy};
    std::list<Watched*>::iterator place_;
    Peers::value_type* peer_ = nullptr;
};

enum class Admission {
    Take,
    Refuse,  // say that there is no room
    Drop,    // even saying so costs too much
};

/// Any thread.
class Registry : public std::enable_shared_from_this<Registry> {
   public:
    /// The deadlines of `limits` decide how often the timer looks.
    Registry(asio::io_context& context, const Limits& limits);

    /// Whether another connection of `peer` may come in; ends idle ones to make room.
    Admission admit(const std::string& peer);

    void add(Watched& watched, const std::string& peer);
    /// Must be called before `watched` is destroyed.
    void remove(Watched& watched);
    size_t size() const;

    /// Asks every connection to end; calls `empty` once, from any thread, when none is left.
    void drain(std::function<void()> empty);
    /// `empty` will not be called any more.
    void forget_drain();

   private:
    using Peers = Watched::Peers;

    static Task<void> watch(std::weak_ptr<Registry> weak, Limits::Duration tick);
    void expire_late();
    bool make_room(const Peers::value_type* peer);
    void complain(const std::string& peer, size_t connections);

    asio::io_context& context_;
    const Limits limits_;
    const Limits::Duration tick_;
    std::atomic<size_t> size_{0};
    mutable std::mutex mutex_;
    std::list<Watched*> all_;
    Peers peers_;      // how many connections each has
    size_t room_ = 0;  // connections that were asked to end and whose place is not taken yet
    std::chrono::steady_clock::time_point complained_{};
    bool ticking_ = false;
    std::function<void()> when_empty_;
};

}  // namespace ww::http
