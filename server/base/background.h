// SPDX-License-Identifier: BSD-3-Clause
//
// Threads that answer, and those that work for a while beside them.
#pragma once

namespace ww {

/// Names the calling thread (fifteen bytes at most) and makes it a little nicer than others: a
/// node's small question must not wait for a time slice behind an image that is being built or ten
/// thousand nodes that are read. Source: sched(7).
void work_in_background(const char* name);

/// Has the calling thread run on all of its processors but one, if it has several: however many
/// like it have much to do, there is a processor for who answers. Niceness alone does not see to
/// that: on a processor that is taken, who is woken may wait for the next tick, 4 ms on many
/// kernels. Source: sched_setaffinity(2).
void leave_a_processor();

/// Has the calling thread run wherever the first one of the process may, whoever started it: what
/// one is told of processors, the threads and processes it starts inherit.
void take_every_processor();

/// Has the calling thread run as soon as there is something for it, also where others have just
/// begun: what it does takes microseconds, and a node waits for it, at each of the processes on the
/// way. It asks for the shortest time slice; a kernel before Linux 6.12 takes no notice. Source:
/// Documentation/scheduler/sched-eevdf.rst.
void answer_promptly();

}  // namespace ww
