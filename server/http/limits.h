// SPDX-License-Identifier: BSD-3-Clause
//
// Every wait of the server has a deadline and every buffer a bound; here they are, with their
// reasons. The defaults suit the cluster network; an API socket and the tests change single values.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace ww::http {

struct Limits {
    using Duration = std::chrono::milliseconds;

    // ---- time ----

    /// From the accepted connection, or the first byte of a further request, to the end of its
    /// headers. Firmware on a congested management network needs seconds, nobody needs half a
    /// minute.
    Duration head = std::chrono::seconds(20);

    /// Between two requests of a connection. wwclient comes back on one fixed source port after its
    /// update interval (60 s unless configured); closing first would leave that port in TIME_WAIT
    /// here and cost the node a round. The daemon raises it above the configured interval.
    Duration idle = std::chrono::seconds(300);

    /// Without a single byte of a request body.
    Duration body_read = std::chrono::seconds(20);

    /// While sending: without room for a single further byte. Renewed by each byte that moves, so
    /// it ends a transfer to a node that was switched off, never a slow one.
    Duration body_stall = std::chrono::seconds(60);

    /// From the request to its reply. A boot script takes a millisecond, an overlay that must be
    /// built while a thousand others are, much longer.
    Duration answer = std::chrono::minutes(5);

    /// The same of a request whose handler is asked first (a call of `/api`), and between two
    /// pieces of what it streams: an image's import takes as long as it takes, and ends with its
    /// client.
    Duration call_answer = std::chrono::hours(12);

    Duration tls_handshake = std::chrono::seconds(20);

    /// After an error reply, for the peer to read it before the connection is cut.
    Duration linger = std::chrono::seconds(2);

    /// At the end of the process, for replies under way. Below systemd's 90 s.
    Duration drain = std::chrono::seconds(30);

    /// From when nobody wants a job any more to the end of its process, which removes what it made
    /// before: a tree of a million files takes a while. One that stands still never ends by itself.
    Duration job_end = std::chrono::seconds(30);

    // ---- space ----

    /// The longest target the clients make is below 300 bytes; 8 KiB is what every server grants.
    size_t target_bytes = 8 << 10;

    /// The headers together; the request line may have as much for itself.
    size_t head_bytes = 32 << 10;

    /// Bodies mean nothing to boot routes; they are read, and dropped, to keep the connection
    /// usable. An API server raises it.
    size_t body_bytes = 64 << 10;

    /// Of a request whose handler is asked before the body is read (a call of `/api`): a whole
    /// nodes.conf of twenty thousand nodes, or a file of an overlay. Whoever is not known is told
    /// so before one byte of it is read.
    size_t call_bytes = 32 << 20;

    /// Simultaneous connections. For one more an idle one is ended, the longest idle first; where
    /// none is idle it is told 503 and when to come back. Each costs about 10 KiB and two
    /// descriptors, so 16,384 nodes at once fit in the unit's limit of open files.
    size_t connections = 16 << 10;

    /// The same of one address, or of one user of a UNIX socket: nobody takes everybody's. Nodes
    /// behind address translation share it; each needs one or two.
    size_t per_peer = 1024;

    /// Bytes a second of a whole body, either way: who reads or sends a byte now and then keeps
    /// nothing for ever. A hundredth of what a node needs to boot in an hour.
    size_t slowest = 16 << 10;

    /// Bytes sendfile(2) may move before other connections get their turn: a millisecond of a fast
    /// machine's time, and as much as the buffer of a socket to a fast receiver takes.
    size_t slice_bytes = 4 << 20;

    /// For one connection that TLS encrypts, or for a file that sendfile(2) cannot read.
    size_t copy_bytes = 128 << 10;
};

/// Seconds a client is asked to wait when the server is full.
inline constexpr int kRetryAfterSeconds = 5;

/// Changes one value: "body_stall=1s", "idle=250ms", "connections=3". For tests of the limits.
/// Errors: InvalidArgument.
Result<void> set_limit(Limits& limits, std::string_view assignment);

}  // namespace ww::http
