// SPDX-License-Identifier: BSD-3-Clause
#include "http/deadline.h"

#include <algorithm>
#include <ctime>

namespace ww::http {

int64_t Deadline::now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void Deadline::after(Limits::Duration duration) {
    at_ms_.store(std::min(now_ms() + duration.count(), end_ms_), std::memory_order_relaxed);
}

}  // namespace ww::http
