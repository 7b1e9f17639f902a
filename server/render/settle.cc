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

int64_t tick_of_files() {
    timespec tick{};
    ::clock_getres(kFileClock, &tick);
    return nanoseconds(tick);
}

}  // namespace

void let_settle(const FileIdentity& identity) {
    static const int64_t tick = tick_of_files();
    for (;;) {
        timespec now{};
        ::clock_gettime(kFileClock, &now);
        const int64_t ahead = identity.ctime_ns - nanoseconds(now);
        if (ahead < 0 || ahead > tick) return;
        // Nobody tells of a tick.
        ::poll(nullptr, 0, static_cast<int>(ahead / 1'000'000 + 1));
    }
}

}  // namespace ww::render
