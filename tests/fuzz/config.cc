// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as warewulf.conf: refused, or printed as a text that comes to the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace ww::config;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto conf = parse_config(text, "fuzz", Autodetect::Off);
    if (!conf) return 0;
    const std::string printed = print_config(*conf, 2);
    const auto again = parse_config(printed, "fuzz", Autodetect::Off);
    WW_CHECK(again && print_config(*again, 2) == printed, "printed, it comes to something else");
    (void)conf->network_cidr();
    (void)conf->network_cidr6();
    return 0;
}
