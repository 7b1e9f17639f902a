// SPDX-License-Identifier: BSD-3-Clause
//
// Any text as a YAML document: refused or read, and the places of what was read lie within the
// text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "yaml/document.h"

namespace {

void check_places(const ww::yaml::Node& node, size_t lines, int depth) {
    WW_CHECK(depth <= ww::yaml::kMaxDepth + 1, "deeper than the limit");
    WW_CHECK(node.line >= 1 && node.line <= node.end_line, "a node ends before it starts");
    WW_CHECK(node.end_line <= lines + 1, "a node lies behind the text");
    for (const ww::yaml::Node* item : node.items) check_places(*item, lines, depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = ww::yaml::read(text, "fuzz");
    if (!document || document->root() == nullptr) return 0;
    const auto breaks =
        std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') +
        // U+0085, U+2028 and U+2029 break lines, too; their last bytes suffice for a bound.
        std::count(text.begin(), text.end(), '\x85') +
        std::count(text.begin(), text.end(), '\xa8') + std::count(text.begin(), text.end(), '\xa9');
    check_places(*document->root(), static_cast<size_t>(breaks) + 1, 0);
    return 0;
}
