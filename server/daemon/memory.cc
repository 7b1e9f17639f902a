// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/memory.h"

#include <malloc.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "base/file.h"

namespace ww::daemon {

namespace {

constexpr int kSpareBytes = 16 << 20;

// proc(5), /proc/pid/statm: the second number, in pages.
size_t resident_bytes() {
    const auto text = read_file("/proc/self/statm");
    if (!text) return 0;
    const std::string_view second = std::string_view(*text).substr(text->find(' ') + 1);
    size_t pages = 0;
    (void)std::from_chars(second.data(), second.data() + second.size(), pages);
    return pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

// Two habits of glibc that the io thread would pay for, mallopt(3): it puts small freed chunks
// aside and merges them all within some later allocation, milliseconds after ten thousand nodes
// were let go; and it gives memory back to the kernel, the heap's top after an answer and each
// large text at once, only to take it again, page fault by page fault, for the next.
void keep_allocation_even() {
    (void)::mallopt(M_MXFAST, 0);
    (void)::mallopt(M_TRIM_THRESHOLD, kSpareBytes);
    (void)::mallopt(M_MMAP_THRESHOLD, kSpareBytes);
}

void SpareMemory::give_back() {
    const std::lock_guard lock(mutex_);
    if (resident_bytes() < settled_ + settled_ / 8 + kSpareBytes) return;
    (void)::malloc_trim(kSpareBytes / 4);
    settled_ = resident_bytes();
}

}  // namespace ww::daemon
