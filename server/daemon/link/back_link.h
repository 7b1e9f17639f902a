// SPDX-License-Identifier: BSD-3-Clause
//
// The main process's end of the channel to one front: turns asks into answers, the quick ones on
// the spot, the others on the work pool, and remembers what is on its way to which node.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>

#include "boot/ask.h"
#include "daemon/link/back_calls.h"
#include "daemon/link/channel.h"
#include "daemon/link/shared_files.h"

namespace ww::http {
class WorkPool;
}

namespace ww::daemon {

/// What the link needs of the program behind it. Any thread. (boot::Service in the daemon, fakes in
/// tests.)
class Answers {
   public:
    virtual ~Answers() = default;
    /// A hint that at_once() will be called for each of these.
    virtual void read_ahead(std::span<const boot::Ask> asks) = 0;
    /// Never blocks; nothing if answer() must be asked.
    virtual std::optional<boot::Answer> at_once(const boot::Ask& ask) = 0;
    /// May block, but not for what another thread makes: then nothing, and `again` is called when
    /// it is worth asking again, on any thread.
    virtual std::optional<boot::Answer> answer(const boot::Ask& ask,
                                               const std::function<void()>& again) = 0;
    /// The body of a recorded answer was handed out, whole or not.
    virtual void sent(const boot::Record& record) = 0;
};

/// Where asks are worked on that are not answered at once.
struct AnswerPools {
    http::WorkPool& renderings;  // overlays, templates below /files: seconds
    http::WorkPool& others;      // never behind those
};

/// What a front may leave unread of the answers it asked for: more than an honest one ever does,
/// which asks once for each connection.
inline constexpr Channel::Bounds kUnreadAnswers{.bytes = size_t{64} << 20, .fds = 16 << 10};

/// Held by shared_ptr. One per front process; a new front gets a new link.
class BackLink : public std::enable_shared_from_this<BackLink> {
   public:
    struct Events {
        std::function<void()> ready;                         // the ports are open
        std::function<void(const std::string& why)> failed;  // they are not
        std::function<void()> closed;                        // the front has gone
    };

    /// `answers`, the pools and `calls` must outlive the link. No `calls`: none are expected.
    BackLink(std::shared_ptr<Channel> channel,
             Answers& answers,
             AnswerPools pools,
             rest::Calls* calls = nullptr);

    void start(SettingsFrame settings, Events events);
    /// The same for a front that was set up otherwise.
    void start_listening(Events events);
    void send(const CertificateFrame& certificate);
    void drain();
    /// Asks for a sign of life. The number of such questions that were not answered yet, this one
    /// included.
    uint32_t ping();
    /// Ends the channel.
    void cut() { channel_->close(); }

   private:
    /// A file on its way to a node.
    struct Transfer {
        boot::Record record;
        bool recorded = false;
        int64_t size = 0;
        int64_t started_ms = 0;
    };

    /// Asks, each with its frame's id.
    struct Asked {
        std::vector<uint32_t> ids;
        std::vector<boot::Ask> asks;
    };

    bool take(std::span<Packet> packets);
    bool read(Packet& packet, Asked& asked);
    bool take_call(FromFront& frame);
    bool take_ask(uint32_t id, boot::Ask ask);
    void queue(uint32_t id, std::shared_ptr<const boot::Ask> ask);
    void work(uint32_t id, const std::shared_ptr<const boot::Ask>& ask);
    void end(uint32_t id, boot::Answer answer);
    void reply(uint32_t id, boot::Answer answer);
    void reply_in_pieces(uint32_t id, boot::Answer answer);
    SharedFiles::Send passing();
    void begin_transfer(uint32_t id, const boot::Answer& answer, int64_t size);
    void send(AnswerFrame frame);
    void finish(const SentFrame& frame);
    void close();

    const std::shared_ptr<Channel> channel_;
    Answers& answers_;
    const AnswerPools pools_;
    const std::shared_ptr<BackCalls> calls_;
    Events events_;

    uint32_t pings_ = 0;  // these two on the channel's thread only
    uint32_t pongs_ = 0;

    std::mutex mutex_;  // what follows
    std::unordered_map<uint32_t, Transfer> transfers_;
    size_t asked_ = 0;  // on the work pool, or waiting for what another one makes

    std::mutex sharing_;  // what follows, and the order of what is said about it
    SharedFiles shared_;
};

}  // namespace ww::daemon
