// SPDX-License-Identifier: BSD-3-Clause
//
// Stream: bytes to and from the server, over TCP or TLS, with one deadline for the whole exchange.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/net.h"
#include "base/result.h"
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

class Stream {
   public:
    virtual ~Stream() = default;

    /// Errors: Timeout, Cancelled, Io.
    virtual Result<void> write(std::string_view bytes) = 0;
    /// Appends what there is to `text`; false at the end. Errors as write().
    virtual Result<bool> read(std::string& text) = 0;
};

/// Errors: Unavailable (nobody listens, no route), Timeout, Cancelled, Io; with TLS also
/// Unauthenticated (the certificate is not the server's), FailedPrecondition (no authority file).
Result<std::unique_ptr<Stream>> connect_to(const Endpoint& endpoint, Clock::time_point deadline);

}  // namespace ww::client
