// SPDX-License-Identifier: BSD-3-Clause
#include "render/settle.h"

#include <poll.h>

#include <ctime>

namespace ww::render {

namespace {

constexpr clockid_t kFileClock = CLOCK_REALTIME_COARSE;

int64_t nanoseconds(const timespec& time) {
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

int64_t now_by(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return nanoseconds(now);
}

int64_t tick_of_files() {
    timespec tick{};
    ::clock_getres(kFileClock, &tick);
    return nanoseconds(tick);
}

}  // namespace

// A file system that stamps finer than in ticks may date a file after the tick that is the last
// one; how long ago that was, a busy machine decides.
void let_settle(const FileIdentity& identity) {
    static const int64_t tick = tick_of_files();
    for (;;) {
        const int64_t ahead = identity.ctime_ns - now_by(kFileClock);
        if (ahead < 0 || identity.ctime_ns > now_by(CLOCK_REALTIME) + tick) return;
        // Nobody tells of a tick.
        ::poll(nullptr, 0, static_cast<int>(ahead / 1'000'000 + 1));
    }
}

}  // namespace ww::render
