// SPDX-License-Identifier: BSD-3-Clause
//
// Notices a peer that hangs up while nobody reads from it: while its answer is made, or sent as it
// is made.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

#include "http/task.h"

namespace ww::http {

/// Takes no byte: what a peer sends ahead is its next request. Held by shared_ptr; any thread.
class HangUpWatch : public std::enable_shared_from_this<HangUpWatch> {
   public:
    /// Calls `gone` once, on an io thread, when the peer has closed its side. Nobody else may wait
    /// for input meanwhile.
    static std::shared_ptr<HangUpWatch> start(Socket& socket, std::function<void()> gone);
    HangUpWatch(Socket& socket, std::function<void()> gone);

    /// Waits no more; the socket may go now.
    void stop();

   private:
    /// Behind bytes that nobody takes the end of a stream wakes nobody.
    static constexpr std::chrono::milliseconds kLookAgain{500};

    void wait();
    void look();

    std::mutex mutex_;  // guards what follows
    Socket* socket_;    // null: stopped, or gone
    std::function<void()> gone_;
    asio::steady_timer timer_;
};

}  // namespace ww::http
