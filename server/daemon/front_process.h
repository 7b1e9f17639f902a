// SPDX-License-Identifier: BSD-3-Clause
//
// The front as seen from the main process: starts it, starts it again when it dies, ends it. It is
// a child, or, where a service manager runs us, an instance of a unit that is not root to begin
// with, which that starts for a connection to its socket; then the end of the channel is all that
// there is to see of it, and one that stands still is the manager's to kill.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "daemon/link/back_link.h"

namespace ww::daemon {

/// Used on the context's thread only. `answers` and the pools must outlive it.
class FrontProcess {
   public:
    struct Events {
        std::function<void()> ready;  // the ports are open; again after a restart
        std::function<void(const std::string& why)> failed;  // the first front could not start
    };

    /// `calls` may be null. `settings` is asked for each new front. `socket`: where a connection
    /// starts one; empty: it is a child, with `arguments` as further words on its command line.
    FrontProcess(asio::io_context& context,
                 Answers& answers,
                 AnswerPools pools,
                 rest::Calls* calls,
                 std::function<SettingsFrame()> settings,
                 std::string socket,
                 std::vector<std::string> arguments,
                 Events events);
    ~FrontProcess();

    /// Errors: Io.
    Result<void> start();
    /// Another certificate for the front that runs; the next one gets it with its settings.
    void send(const CertificateFrame& certificate);
    /// Lets it finish its transfers; kills it after `patience`. `done` is called when it is gone.
    void stop(std::chrono::milliseconds patience, std::function<void()> done);
    /// At once.
    void kill();

   private:
    Result<UniqueFd> start_child();
    void watch();
    void put_down();
    void closed();
    void ended();
    std::string how_it_ended() const;
    void restart_later();
    void feel_pulse();

    asio::io_context& context_;
    Answers& answers_;
    const AnswerPools pools_;
    rest::Calls* const calls_;
    std::function<SettingsFrame()> settings_;
    const std::string socket_;
    std::vector<std::string> arguments_;
    Events events_;

    Process process_;
    Exit exit_;                                                  // of the one before
    std::optional<asio::posix::stream_descriptor> process_end_;  // readable when it has ended
    std::shared_ptr<BackLink> link_;                             // null once the channel has ended
    bool was_ready_ = false;                                     // any front of this daemon
    std::string why_failed_;
    std::chrono::steady_clock::time_point started_{};
    std::chrono::milliseconds pause_;
    asio::steady_timer timer_;
    asio::steady_timer pulse_;
    std::function<void()> stopped_;
};

}  // namespace ww::daemon
