// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as a template: refused, or parsed, and executed under tight limits it ends.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "tmpl/node.h"
#include "tmpl/template.h"

namespace {

const ww::tmpl::FunctionTable& functions() {
    static const ww::tmpl::FunctionTable table = [] {
        ww::tmpl::FunctionTable made;
        made.add(ww::tmpl::builtin_functions());
        made.add(ww::tmpl::sprig_functions());
        return made;
    }();
    return table;
}

constexpr ww::tmpl::Limits kLimits{.depth = 100,
                                   .output_bytes = 1 << 16,
                                   .memory_bytes = 1 << 22,
                                   .iterations = 10'000,
                                   .time = std::chrono::milliseconds(500)};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = ww::tmpl::parse(text, "t", functions());
    if (!parsed) return 0;
    (void)ww::tmpl::execute(*parsed, ww::tmpl::Value(), nullptr, kLimits);
    return 0;
}
