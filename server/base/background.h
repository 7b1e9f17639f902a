// SPDX-License-Identifier: BSD-3-Clause
//
// Threads that work for a while beside those that answer.
#pragma once

namespace ww {

/// Names the calling thread (fifteen bytes at most) and makes it a little nicer than others: a
/// node's small question must not wait for a time slice behind an image that is being built or ten
/// thousand nodes that are read. Source: sched(7).
void work_in_background(const char* name);

}  // namespace ww
