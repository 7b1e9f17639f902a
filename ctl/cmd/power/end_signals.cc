// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/cmd/power/end_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace ww::ctl {

EndSignals::EndSignals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    fd_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

EndSignals::~EndSignals() {
    forget();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void EndSignals::forget() const {
    signalfd_siginfo info;
    while (fd_.valid() && ::read(fd_.get(), &info, sizeof info) > 0) {
    }
}

}  // namespace ww::ctl
