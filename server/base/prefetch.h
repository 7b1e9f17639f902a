// SPDX-License-Identifier: BSD-3-Clause
//
// Who is about to read many things that lie far apart names them all first: then memory is waited
// for once, and not once for each.
#pragma once

namespace ww {

/// Brings the cache line of `address` nearer. A hint: any address will do, a null one, too.
inline void prefetch(const void* address) {
    __builtin_prefetch(address);
    // GCC takes a prefetch for no effect, and drops calls of functions that have none.
    asm volatile("");
}

}  // namespace ww
