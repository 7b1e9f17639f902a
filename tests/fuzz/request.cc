// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as the target of a request: refused or understood, and a normal path stays below the
// root.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "boot/request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view target(reinterpret_cast<const char*>(data), size);
    (void)ww::boot::parse_request({.target = target, .peer_address = "10.0.0.1", .peer_port = 987},
                                  [](std::string_view) { return std::optional<std::string>(); });
    if (const auto path = ww::boot::normal_path(target)) {
        WW_CHECK(path->starts_with('/'), "a normal path starts at the root");
        WW_CHECK((*path + "/").find("/../") == std::string::npos, "a normal path has no ..");
        WW_CHECK(path->find("//") == std::string::npos, "a normal path has no empty part");
    }
    return 0;
}
