// SPDX-License-Identifier: BSD-3-Clause
//
// The front as seen from the main process: starts it, starts it again when it dies, ends it.
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
#include "daemon/back_link.h"

namespace ww::daemon {

/// Used on the context's thread only. `answers` and the pools must outlive it.
class FrontProcess {
   public:
    struct Events {
        std::function<void()> ready;  // the ports are open; again after a restart
        std::function<void(const std::string& why)> failed;  // the first front could not start
    };

    /// `settings` is asked for each new front. `arguments`: further words for its command line.
    FrontProcess(asio::io_context& context,
                 Answers& answers,
                 AnswerPools pools,
                 std::function<SettingsFrame()> settings,
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
    void watch();
    void closed();
    void ended();
    void restart_later();
    void feel_pulse();

    asio::io_context& context_;
    Answers& answers_;
    const AnswerPools pools_;
    std::function<SettingsFrame()> settings_;
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
