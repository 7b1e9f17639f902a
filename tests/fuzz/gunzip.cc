// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes to unpack within a bound, and any bytes packed and unpacked again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "archive/gunzip.h"
#include "archive/gzip.h"
#include "base/check.h"

using namespace ww;
using namespace ww::archive;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr uint64_t kBound = 1 << 20;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const Result<std::string> unpacked = gunzip(input, kBound))
        WW_CHECK(unpacked->size() <= kBound, "more than was allowed");
    const Result<std::string> again = gunzip(gzip(input), size);
    WW_CHECK(again && *again == input, "packed and unpacked, it is not the same");
    return 0;
}
