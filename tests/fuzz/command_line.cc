// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as a kernel's command line: the value of an argument is a part of it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "client/identity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    const std::string_view value = ww::client::kernel_argument(line, "wwid");
    WW_CHECK(value.empty() || (value.data() >= line.data() &&
                               value.data() + value.size() <= line.data() + line.size()),
             "a value that is no part of the line");
    WW_CHECK(value.find_first_of(" \n") == std::string_view::npos, "a value of several words");
    return 0;
}
