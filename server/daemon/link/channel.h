// SPDX-License-Identifier: BSD-3-Clause
//
// One end of the socketpair between the processes: packets out, packets in. Frames that are sent in
// the same turn of the event loop leave in one packet, which is what makes thousands of small
// questions per second cheap. Knows nothing of what the frames mean.
#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "daemon/link/wire.h"
#include "http/task.h"

namespace ww::daemon {

namespace asio = boost::asio;

/// A connected pair of close-on-exec SOCK_SEQPACKET sockets with room for a storm. Errors: Io.
Result<std::pair<UniqueFd, UniqueFd>> channel_pair();

/// The same kind of socket, connected to who listens there. Errors: Unavailable.
Result<UniqueFd> connect_channel(const std::string& socket_path);
/// For a storm, as far as we may: of an end that others made.
void enlarge_buffer(int socket);

/// The next packet of a channel's end; blocks. For the time before there is an event loop.
/// Errors: Unavailable (the peer has gone), Io.
Result<Packet> receive_packet(int fd);

/// Held by shared_ptr. send() from any thread, everything else on the context's thread.
class Channel : public std::enable_shared_from_this<Channel> {
   public:
    /// The packets that were there, in order; a false answer closes the channel.
    using OnPackets = std::function<bool(std::span<Packet> packets)>;
    using OnClosed = std::function<void()>;

    /// What may be queued that the peer does not take. Over it, the channel closes.
    struct Bounds {
        size_t bytes = std::numeric_limits<size_t>::max();
        size_t fds = std::numeric_limits<size_t>::max();
    };

    Channel(asio::io_context& context, UniqueFd fd) : Channel(context, std::move(fd), Bounds()) {}
    Channel(asio::io_context& context, UniqueFd fd, Bounds bounds);

    /// On whose thread everything but send() happens.
    asio::io_context& context() const { return context_; }

    /// Begins to read. `on_closed` is called once, when the peer has gone or close() was called.
    void start(OnPackets on_packets, OnClosed on_closed);

    /// Queues one encoded frame, at most kMaxPacketBytes long, with its descriptor, if any.
    void send(std::string_view frame, UniqueFd fd = {});
    void send(std::string_view frame, std::vector<UniqueFd> fds);

    /// Sends what is queued now; without it that happens by itself at the end of the turn.
    void flush();
    void close();
    /// Whether it closed since the peer took too little.
    bool over_bounds() const;

   private:
    http::Task<void> read_loop(std::shared_ptr<Channel> self);
    static http::Task<void> wait_and_flush(std::shared_ptr<Channel> self);
    Packet& packet_with_room(size_t bytes, size_t fds);
    void schedule();

    void append(std::string_view frame, std::span<UniqueFd> fds);
    void shut_down();
    void drop_queue();

    asio::io_context& context_;
    const Bounds bounds_;
    http::Socket socket_;
    OnPackets on_packets_;
    OnClosed on_closed_;

    mutable std::mutex mutex_;  // what follows; never held while calling out
    std::deque<Packet> queue_;
    size_t queued_bytes_ = 0;
    size_t queued_fds_ = 0;
    bool over_bounds_ = false;
    bool scheduled_ = false;  // a flush is posted
    bool waiting_ = false;    // a flush waits for room in the socket
    bool closed_ = false;
};

}  // namespace ww::daemon
