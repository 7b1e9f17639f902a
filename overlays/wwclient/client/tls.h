// SPDX-License-Identifier: BSD-3-Clause
//
// TLS on a connected socket, TLS 1.3 or newer, trusting only the server's own certificate, which
// the system overlay brought along. Wraps OpenSSL.
#pragma once

#include <memory>

#include "base/file.h"
#include "client/stream.h"

namespace ww::client {

/// `fd` is connected and non-blocking. Errors: as connect_to().
Result<std::unique_ptr<Stream>> start_tls(UniqueFd fd,
                                          const Endpoint& endpoint,
                                          Clock::time_point deadline);

}  // namespace ww::client
