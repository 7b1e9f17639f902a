// SPDX-License-Identifier: BSD-3-Clause
//
// The front's end of the channel: remembers who waits for which answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "daemon/channel.h"
#include "http/message.h"

namespace ww::daemon {

/// Held by shared_ptr; ask() from any thread.
class FrontLink : public std::enable_shared_from_this<FrontLink> {
   public:
    explicit FrontLink(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

    struct Events {
        std::function<void()> drain;  // the main process says so, or has gone
        std::function<void(const CertificateFrame&)> certificate;  // another one; may be empty
    };

    void start(Events events);

    void ask(boot::Ask ask, http::Responder respond);
    void report_ready();

   private:
    bool take(Packet& packet);
    void answer(AnswerFrame frame);
    void close();

    const std::shared_ptr<Channel> channel_;
    Events events_;

    std::mutex mutex_;  // what follows
    std::unordered_map<uint32_t, http::Responder> waiting_;
    uint32_t last_id_ = 0;
    bool closed_ = false;
};

}  // namespace ww::daemon
