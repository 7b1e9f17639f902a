// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as the head of a program and of a kernel: an answer or none, and nothing beyond their
// end is read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "image/architecture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // A copy of exactly that size, so that a byte beyond it is seen.
    const std::string head(reinterpret_cast<const char*>(data), size);
    (void)ww::image::architecture_of_program(head);
    (void)ww::image::architecture_of_kernel(head);
    return 0;
}
