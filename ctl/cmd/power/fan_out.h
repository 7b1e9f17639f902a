// SPDX-License-Identifier: BSD-3-Clause
//
// Many programs at once, a bounded number at a time, each with a deadline: what comes of each is
// told as soon as it is known. One that hangs holds up nobody but itself.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"

namespace ww::ctl {

struct FanOut {
    size_t at_once = 50;
    std::chrono::milliseconds patience{30'000};  // with one program
    std::chrono::milliseconds pause{0};          // between two starts
};

struct Ended {
    Exit exit;
    std::string output;  // stdout and stderr as they came, without the blanks around them
    bool late = false;   // its time was over: it was killed
};

/// Their input is empty; each is the leader of a process group, which ends with it. `ended` is
/// called on this thread with a program's number. False: a signal (SIGINT, SIGTERM, SIGHUP) came,
/// those that ran were killed and the rest was not started. Errors: Io.
Result<bool> fan_out(std::vector<Program> programs,
                     const FanOut& how,
                     const std::function<void(size_t, const Result<Ended>&)>& ended);

}  // namespace ww::ctl
