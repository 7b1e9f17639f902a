// SPDX-License-Identifier: BSD-3-Clause
//
// Many programs at once, a bounded number at a time, each with a deadline: what comes of each is
// told as soon as it is known. One that hangs holds up nobody but itself.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"

namespace ww::programs {

struct FanOut {
    size_t at_once = 50;
    std::chrono::milliseconds patience{30'000};   // with one program
    std::chrono::milliseconds pause{0};           // from the last of a wave to the next wave
    std::vector<size_t> waves = {};               // how many programs each has; none: one each
    std::function<void(size_t)> wave_begun = {};  // with the number of programs begun so far
    int end = -1;  // a descriptor without waiting: readable when they shall end; it is read empty
};

/// How far it came.
struct FannedOut {
    bool whole = false;  // nobody wanted their end
    size_t begun = 0;    // programs, the first ones; the others were not started
};

struct Ended {
    Exit exit;
    std::string output;  // stdout and stderr as they came, without the blanks around them
    bool late = false;   // its time was over: it was killed
};

/// Why it is not done, for people; empty: it is.
std::string problem_of(const Result<Ended>& ended, std::chrono::seconds patience);

/// "who: " before each line of the text, and a newline after it.
std::string each_line_of(std::string_view who, std::string_view text);

/// Their input is empty; each is the leader of a process group, which ends with it. `ended` is
/// called on this thread with a program's number. When their end is wanted those that run are asked
/// to end, then killed, at once if it is wanted once more; nothing is said of them. Errors: Io.
Result<FannedOut> fan_out(std::vector<Program> programs,
                          const FanOut& how,
                          const std::function<void(size_t, const Result<Ended>&)>& ended);

}  // namespace ww::programs
