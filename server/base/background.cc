// SPDX-License-Identifier: BSD-3-Clause
#include "base/background.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace ww {

namespace {

/// struct sched_attr in its first version: <linux/sched/types.h> cannot stand beside <sched.h>.
struct SchedulingAttributes {
    uint32_t size = sizeof(SchedulingAttributes);
    uint32_t policy = 0;
    uint64_t flags = 0;
    int32_t niceness = 0;
    uint32_t priority = 0;
    uint64_t runtime = 0;  // ns
    uint64_t deadline = 0;
    uint64_t period = 0;
};

}  // namespace

void work_in_background(const char* name) {
    constexpr int kNiceness = 5;
    ::prctl(PR_SET_NAME, name);
    // Linux: niceness belongs to a thread.
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNiceness);
}

void leave_a_processor() {
    cpu_set_t ours;
    if (::sched_getaffinity(0, sizeof ours, &ours) != 0 || CPU_COUNT(&ours) < 2) return;
    int first = 0;
    while (!CPU_ISSET(first, &ours)) ++first;
    CPU_CLR(first, &ours);
    (void)::sched_setaffinity(0, sizeof ours, &ours);
}

void take_every_processor() {
    cpu_set_t all;
    if (::sched_getaffinity(::getpid(), sizeof all, &all) == 0)
        (void)::sched_setaffinity(0, sizeof all, &all);
}

void answer_promptly() {
    constexpr uint64_t kShortest = 100'000;  // ns
    SchedulingAttributes attributes;
    // Whoever gave us another policy had his reasons.
    if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0U) != 0 ||
        attributes.policy != SCHED_OTHER)
        return;
    attributes.runtime = kShortest;
    (void)::syscall(SYS_sched_setattr, 0, &attributes, 0U);
}

}  // namespace ww
