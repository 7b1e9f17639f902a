// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as dpkg's status file: every package it lists has a name, which stands in the text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "image/diff/diff.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& [name, version] : ww::image::packages_of_dpkg(text))
        WW_CHECK(
            !name.empty() && text.find(name.substr(0, name.find(':'))) != std::string_view::npos,
            "a package has a name of its own");
    return 0;
}
