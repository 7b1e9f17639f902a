// SPDX-License-Identifier: BSD-3-Clause
//
// TLS on a connected socket, TLS 1.3 or newer, trusting only the server's own certificate, which
// the system overlay brought along. Wraps OpenSSL.
#pragma once

#include <memory>

#include "client/stream.h"

namespace ww::client {

/// Errors: as connect_to().
Result<std::unique_ptr<Stream>> start_tls(Socket socket, const Endpoint& endpoint);

}  // namespace ww::client
