// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/interrupt.h"

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

namespace ww::ctl {

namespace {

/// Seconds a job has to remove what it made, before we leave without knowing.
constexpr unsigned kPatience = 10;

// All that a handler may touch.
volatile std::sig_atomic_t connection_of_call = -1;
volatile std::sig_atomic_t interrupts = 0;

void leave() {
    constexpr std::string_view kWords = "\nleft before the job had ended\n";
    (void)!::write(STDERR_FILENO, kWords.data(), kWords.size());
    ::_exit(kInterrupted);
}

void on_signal(int signal) {
    if (signal == SIGALRM || interrupts > 0) leave();
    interrupts = 1;
    ::shutdown(connection_of_call, SHUT_WR);
    ::alarm(kPatience);
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    (void)::sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt(int connection) {
    connection_of_call = connection;
    interrupts = 0;
    handle(SIGALRM, on_signal);
    handle(SIGINT, on_signal);
}

Interrupt::~Interrupt() {
    ::alarm(0);
    handle(SIGINT, SIG_DFL);
    handle(SIGALRM, SIG_DFL);
}

bool Interrupt::came() { return interrupts > 0; }

}  // namespace ww::ctl
