// SPDX-License-Identifier: BSD-3-Clause
#include "client/stop.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ww::client {

namespace {

volatile sig_atomic_t g_stop = 0;
volatile sig_atomic_t g_update = 0;
sigset_t g_while_waiting;  // the mask before ours were blocked

void on_signal(int number) {
    if (number == SIGHUP) {
        g_update = 1;
    } else {
        g_stop = 1;
    }
}

timespec until(Clock::time_point deadline) {
    auto left = std::max(deadline - Clock::now(), Clock::duration::zero());
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(left - seconds);
    timespec time{};
    time.tv_sec = seconds.count();
    time.tv_nsec = rest.count();
    return time;
}

}  // namespace

void catch_signals() {
    sigset_t ours;
    sigemptyset(&ours);
    struct sigaction action{};
    action.sa_handler = on_signal;
    for (int number : {SIGHUP, SIGINT, SIGTERM}) {
        sigaddset(&ours, number);
        sigaction(number, &action, nullptr);
    }
    sigprocmask(SIG_BLOCK, &ours, &g_while_waiting);
    signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() { return g_stop != 0; }

bool take_update_request() {
    bool asked = g_update != 0;
    g_update = 0;
    return asked;
}

Result<bool> wait_for(int fd, short events, int other, Clock::time_point deadline) {
    while (!stop_requested()) {
        std::array entries = {pollfd{fd, events, 0}, pollfd{other, POLLIN, 0}};
        timespec left = until(deadline);
        int ready = ppoll(entries.data(), entries.size(), &left, &g_while_waiting);
        if (ready > 0) return entries[0].revents != 0;
        if (ready == 0) return Error(ErrorCode::Timeout, "no answer in time");
        if (errno != EINTR) return Error::from_errno(errno, "ppoll");
    }
    return Error(ErrorCode::Cancelled, "told to stop");
}

void sleep_until(Clock::time_point deadline) {
    while (!stop_requested() && !g_update) {
        timespec left = until(deadline);
        if (ppoll(nullptr, 0, &left, &g_while_waiting) == 0) return;
    }
}

}  // namespace ww::client
