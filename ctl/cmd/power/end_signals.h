// SPDX-License-Identifier: BSD-3-Clause
//
// Signals that ask a command to end, as something to wait for.
#pragma once

#include <signal.h>

#include "base/file.h"

namespace ww::ctl {

/// SIGINT, SIGTERM and SIGHUP come to a descriptor while it lives. One thread, one at a time.
class EndSignals {
   public:
    EndSignals();
    /// One that came is spent: who asked for us to end is told by our caller.
    ~EndSignals();
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;

    /// Readable when one came.
    int fd() const { return fd_.get(); }
    void forget() const;

   private:
    sigset_t before_{};
    UniqueFd fd_;
};

}  // namespace ww::ctl
