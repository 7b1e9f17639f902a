// SPDX-License-Identifier: BSD-3-Clause
//
// Any entries as an archive in pieces: the bytes of the plain writer, packed and not, and every
// range of them.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "support/described_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // What counts is how entries meet, not how long they are.
    constexpr size_t kMost = 4 << 10;
    ww::test::check_described({reinterpret_cast<const char*>(data), size < kMost ? size : kMost});
    return 0;
}
