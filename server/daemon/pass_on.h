// SPDX-License-Identifier: BSD-3-Clause
//
// The lines of a job's reply passed on to whoever asked, without an event loop: for the blocking
// processes, a private wwd and a job's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace ww::daemon {

/// One who may want to hear no more of it.
struct Listener {
    int fd = -1;                 // hung up, or readable, when so
    short events = 0;            // of poll(2), that say so
    std::function<void()> gone;  // called once
};

/// Blocks until the stream ends. `write` gets each piece, and an empty one at the end; what it
/// says of the last counts: a listener that is gone ends the job, and that is waited for. Errors:
/// of eventfd(2), and of `write`.
Result<void> pass_on(http::BodySource& stream,
                     std::vector<Listener> listeners,
                     const std::function<Result<void>(const std::string&)>& write);

}  // namespace ww::daemon
