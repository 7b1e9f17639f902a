// SPDX-License-Identifier: BSD-3-Clause
//
// Ctrl-C while a job is followed: the first tells the daemon that nobody waits any more and lets it
// say how the job ended, the second leaves at once.
#pragma once

namespace ww::ctl {

/// The exit status of a command that Ctrl-C ended, as shells have it.
inline constexpr int kInterrupted = 130;

/// For the time of one call. One at a time.
class Interrupt {
   public:
    /// `connection`: the socket of the call; its sending side is shut down.
    explicit Interrupt(int connection);
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// Whether it was pressed.
    static bool came();
};

}  // namespace ww::ctl
