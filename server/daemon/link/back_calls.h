// SPDX-License-Identifier: BSD-3-Clause
//
// The calls of one front that are under way, as the main process sees them: each is handed to
// whoever answers calls, its body is asked for and taken in, its answer goes back.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "daemon/link/channel.h"
#include "rest/exchange.h"

namespace ww::daemon {

/// Calls at once, streams included. One more is told to come back. Those of whom nobody knows yet
/// who they are, and of who is no administrator, have bounds below that (network_api.cc).
inline constexpr size_t kMaxCalls = 1024;
/// Of bodies that were asked for and whose call is not answered yet.
inline constexpr size_t kMaxCallBytes = 256 << 20;

/// Held by shared_ptr. take() on the channel's thread.
class BackCalls : public std::enable_shared_from_this<BackCalls> {
   public:
    /// `calls` must outlive it; null: a front that hands a call over is not ours.
    BackCalls(std::shared_ptr<Channel> channel, rest::Calls* calls)
        : channel_(std::move(channel)), calls_(calls) {}

    /// False: no honest front says so.
    bool take(CallFrame frame);
    bool take(CallBodyFrame frame);
    void take(const CallGoneFrame& frame);
    /// The front has gone, and all clients with it.
    void close();

   private:
    class OneCall;

    void read_body(OneCall& call, size_t limit, std::function<void(rest::Body)> then);
    void answer(uint32_t id, http::Reply reply);
    /// Of one that is under way; else one that never stops.
    std::stop_token gone(uint32_t id);
    void end(uint32_t id);

    const std::shared_ptr<Channel> channel_;
    rest::Calls* const calls_;

    /// What is kept of a call until its answer is out. The exchange itself belongs to who answers.
    struct Entry {
        std::stop_source gone;
        size_t granted = 0;                         // bytes of its body
        std::function<void(rest::Body body)> then;  // while the body is awaited
    };
    std::mutex mutex_;  // guards what follows; never held while calling out
    std::unordered_map<uint32_t, Entry> under_way_;
    size_t granted_ = 0;
    bool closed_ = false;
};

}  // namespace ww::daemon
