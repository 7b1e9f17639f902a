// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/api_limits.h"

#include <chrono>

namespace ww::daemon {

using namespace std::chrono_literals;

// Work that somebody at a terminal started may take as long as an image import does.
http::Limits api_limits() {
    http::Limits limits;
    limits.answer = 12h;
    // Somebody who stopped wwctl at the prompt comes back; what waits for him is little.
    limits.body_stall = 1h;
    limits.body_bytes = 256 << 20;  // a whole nodes.conf
    limits.connections = limits.per_peer = 512;
    return limits;
}

// Who may not change anything asks little, and leaves connections, threads and memory to who may.
http::Limits guest_limits() {
    http::Limits limits;
    limits.answer = 1h;  // following a job
    limits.idle = 30s;
    limits.connections = 128;
    limits.per_peer = 32;
    return limits;
}

}  // namespace ww::daemon
