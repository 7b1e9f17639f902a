// SPDX-License-Identifier: BSD-3-Clause
//
// The front's end of the channel: remembers who waits for which answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "daemon/link/channel.h"
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
    /// The same for a call, whose body is read when the main process says so. Within a handler.
    void call(rest::Head head, http::Responder respond);
    void report_ready();

   private:
    class Body;

    bool take(Packet& packet);
    /// 0: the link is closed, and `respond` has been used.
    uint32_t wait(http::Responder respond);
    std::optional<http::Responder> waiting(uint32_t id);
    void go_on(const GoOnFrame& frame);
    void hand_over(uint32_t id, std::string body, http::Responder respond);
    void tell_gone(uint32_t id);
    bool answer(AnswerFrame frame);
    bool share(ShareFrame frame);
    std::optional<std::vector<FileSpan>> parts_of(AnswerFrame& frame) const;
    void close();

    const std::shared_ptr<Channel> channel_;
    Events events_;
    /// What main passed for answers to have pieces of; on the channel's thread only.
    std::unordered_map<uint32_t, SharedFd> shared_;

    std::mutex mutex_;  // what follows
    std::unordered_map<uint32_t, http::Responder> waiting_;
    std::unordered_set<uint32_t> bodies_;  // calls whose bodies are being read
    uint32_t last_id_ = 0;
    bool closed_ = false;
};

}  // namespace ww::daemon
