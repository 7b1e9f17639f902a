// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as names of three kernels, one per line: versions have a normal form, and an order that
// is one.
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "image/version.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using ww::image::Version;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::array<std::optional<Version>, 3> versions;
    for (auto& version : versions) {
        const size_t end = text.find('\n');
        version = Version::find(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!version) return 0;
        const auto normal = Version::find(version->text());
        WW_CHECK(normal && normal->text() == version->text(), "a normal form has another one");
    }
    const auto& [a, b, c] = versions;
    WW_CHECK((*a <=> *b) == (0 <=> (*b <=> *a)), "an order that depends on the side");
    WW_CHECK(!(*a <= *b && *b <= *c) || *a <= *c, "an order that goes in circles");
    return 0;
}
