// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as warewulf.conf: refused, or printed as a text that reads as it is printed.
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
    // An empty value is not printed, as upstream does, and is its default when that is read.
    const auto printed = parse_config(print_config(*conf, 2), "fuzz", Autodetect::Off);
    WW_CHECK(printed.has_value(), "what is printed cannot be read");
    const std::string text_then = print_config(*printed, 2);
    const auto again = parse_config(text_then, "fuzz", Autodetect::Off);
    WW_CHECK(again && print_config(*again, 2) == text_then, "printed, it comes to something else");
    (void)conf->network_cidr();
    (void)conf->network_cidr6();
    return 0;
}
