// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as patterns and a path, divided by the first empty line: matched in reasonable time, and
// a path without wildcards matches itself.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "image/excludes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace ww::image;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const size_t end = text.find("\n\n");
    const std::string_view path = end == std::string_view::npos ? text : text.substr(end + 2);
    (void)Excludes::parse(text.substr(0, end)).match(path);
    (void)path_match(text.substr(0, end), path);
    if (path.find_first_of("*?[\\") == std::string_view::npos)
        WW_CHECK(path_match(path, path), "a path does not match itself");
    return 0;
}
