// SPDX-License-Identifier: BSD-3-Clause
//
// How the daemon takes memory and gives it back. A command about ten thousand nodes needs a few
// hundred MiB for a moment; what is kept of them afterwards lies on the heap so that a boot request
// need not wait for the kernel, but not for ever.
#pragma once

#include <cstddef>
#include <mutex>

namespace ww::daemon {

/// Sets the allocator up. Before the first thread.
void keep_allocation_even();

class SpareMemory {
   public:
    /// Gives free memory back to the kernel if there is much of it. Any thread; milliseconds, in
    /// which other threads' allocations may wait: for a lull.
    void give_back();

   private:
    std::mutex mutex_;
    size_t settled_ = 0;  // bytes resident after the last time
};

}  // namespace ww::daemon
