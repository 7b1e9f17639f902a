// SPDX-License-Identifier: BSD-3-Clause
//
// Waiting that signals can end. SIGTERM and SIGINT mean "stop", SIGHUP means "update now"; they
// arrive only while the program waits here, so nothing is ever half done because of one.
#pragma once

#include <chrono>

#include "base/result.h"

namespace ww::client {

using Clock = std::chrono::steady_clock;

/// Call once, at the start of main.
void catch_signals();

bool stop_requested();
/// Tells whether SIGHUP came since the last call.
bool take_update_request();

/// Waits for poll(2) `events` on `fd`, or for something to read from `other` (-1: there is none);
/// tells whether it is `fd`. Errors: Timeout at `deadline`, Cancelled when told to stop.
Result<bool> wait_for(int fd, short events, int other, Clock::time_point deadline);

/// Returns at `deadline`, or earlier on SIGHUP or when told to stop.
void sleep_until(Clock::time_point deadline);

}  // namespace ww::client
