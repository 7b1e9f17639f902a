// SPDX-License-Identifier: BSD-3-Clause
//
// Sends a body that is made meanwhile, and tells who makes it when its peer hangs up.
#pragma once

#include "http/message.h"
#include "http/transport.h"

namespace ww::http {

/// How long a piece may find no room, and how long the next one may take.
struct StreamTimes {
    Limits::Duration stall;
    Limits::Duration between;
};

/// Until the end of `source`, or until the peer is gone. `chunked`: in the form of RFC 9112 §7.1,
/// else as it comes. The transport must outlive the coroutine.
Task<Delivery> send_stream(Transport& transport,
                           BodySource& source,
                           StreamTimes times,
                           bool chunked);

}  // namespace ww::http
