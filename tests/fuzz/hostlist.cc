// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as a list of hosts: refused, or names within the bounds; folded, they expand to the
// same.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "nodes/hostlist.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace ww::nodes;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto names = expand_hostlist({std::string(text)});
    if (!names) return 0;
    size_t bytes = 0;
    bool are_plain = true;
    for (const std::string& name : *names) {
        bytes += name.size();
        are_plain = are_plain && name.find_first_of("[],") == std::string::npos && !name.empty();
    }
    WW_CHECK(names->size() <= 100000 && bytes <= (size_t{8} << 20), "over the bounds");
    if (!are_plain || names->empty() || names->size() > 1000) return 0;
    const auto again = expand_hostlist({compress_hostlist(*names)});
    WW_CHECK(
        again && std::set(again->begin(), again->end()) == std::set(names->begin(), names->end()),
        "folded names expand otherwise");
    return 0;
}
