// SPDX-License-Identifier: BSD-3-Clause
//
// Stream: bytes to and from the server, over TCP or TLS, with one deadline for the whole exchange.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/socket.h"

namespace ww::client {

class Stream {
   public:
    virtual ~Stream() = default;

    /// Errors: those of Socket::wait(), Io.
    virtual Result<void> write(std::string_view bytes) = 0;
    /// Appends what there is to `text`; false at the end. Errors as write().
    virtual Result<bool> read(std::string& text) = 0;
};

/// Errors: those of Socket::connect(); with TLS also Unauthenticated (the certificate is not the
/// server's), FailedPrecondition (no authority file).
Result<std::unique_ptr<Stream>> connect_to(const Endpoint& endpoint, Clock::time_point deadline);

}  // namespace ww::client
