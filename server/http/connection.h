// SPDX-License-Identifier: BSD-3-Clause
//
// One connection: reads a request, has it answered, sends the reply, and starts over. Owns itself:
// the coroutine keeps it alive, the registry sees it while it lives.
#pragma once

#include <memory>

#include "http/message.h"
#include "http/registry.h"
#include "http/transport.h"

namespace ww::http {

/// What all connections of a server share. Outlives them by shared_ptr.
struct ServerState {
    Limits limits;
    bool keep_bodies = false;  // requests come with their bodies
    Handler handler;
    std::function<bool(std::string_view target)> asks_first;  // may be empty
    WorkPool* pool = nullptr;                                 // for cold files; may be null
    std::shared_ptr<Registry> registry;
    std::atomic<bool> draining{false};
};

/// How a connection came in.
struct Arrival {
    Peer peer;
    std::shared_ptr<TlsContext> tls;  // null: plain
    bool refuse = false;              // the server is full: say so and close
};

/// Serves `socket` until it ends, on the socket's executor. Returns at once. `closed`, if given, is
/// called on an io thread when the connection is over.
void serve(std::shared_ptr<ServerState> server,
           Socket socket,
           Arrival arrival,
           std::function<void()> closed = {});

}  // namespace ww::http
