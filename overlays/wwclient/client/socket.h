// SPDX-License-Identifier: BSD-3-Clause
//
// Socket: a TCP connection to the server with one deadline for all that happens on it, which ends
// as soon as it is dead: when the address it was made from is taken from the node (the network
// manager replaces the initramfs's), or when nobody acknowledges what was sent.
#pragma once

#include <cstdint>

#include "base/file.h"
#include "base/net.h"
#include "base/result.h"
#include "client/network.h"
#include "client/stop.h"

namespace ww::client {

/// Where the server is and how it wants to be spoken to.
struct Endpoint {
    IpAddress address;
    uint16_t port = 0;
    /// 0: any. The server takes a port below 1024 as proof that root of this node asks.
    uint16_t source_port = 0;
    /// The source port is a habit, not an order: another privileged one will do if it is taken.
    bool any_privileged_port = false;
    bool tls = false;
    std::string authority_file;  // PEM; the only certificate authority trusted
};

class Socket {
   public:
    /// Errors: Unavailable (nobody listens, no route), Timeout, Cancelled, Io.
    static Result<Socket> connect(const Endpoint& to, Clock::time_point deadline);

    int fd() const { return fd_.get(); }  // non-blocking

    /// Waits for poll(2) `events`. Errors: Unavailable (the own address is gone), Timeout at the
    /// deadline, Cancelled when told to stop.
    Result<void> wait(short events);

   private:
    explicit Socket(Clock::time_point deadline) : deadline_(deadline) {}

    Result<int> attempt(const Endpoint& to, uint16_t source_port);

    Clock::time_point deadline_;
    NetworkWatch network_;  // from before the connection was made: nothing is missed
    UniqueFd fd_;
};

}  // namespace ww::client
