// SPDX-License-Identifier: BSD-3-Clause
#include "base/background.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ww {

void work_in_background(const char* name) {
    constexpr int kNiceness = 5;
    ::prctl(PR_SET_NAME, name);
    // Linux: niceness belongs to a thread.
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNiceness);
}

}  // namespace ww
