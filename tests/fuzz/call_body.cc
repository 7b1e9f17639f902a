// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as the body of a change: refused, or a node that is the same when it is written and
// read again; or as the few members of a smaller one.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "nodes/emit.h"
#include "rest/body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    (void)ww::rest::read_profile(body);
    if (const auto document = ww::rest::Document::read(body)) {
        for (const char* member : {"name", "content", "uri"})
            WW_CHECK(document->text(member).value_or("").size() <= size, "a text grows");
        (void)document->flag("nohttps", false);
    }
    const auto node = ww::rest::read_node(body);
    if (!node) return 0;
    const std::string once = ww::nodes::node_json(*node);
    const auto again = ww::rest::read_node("{\"node\":" + once + "}");
    WW_CHECK(again && ww::nodes::node_json(*again) == once, "a node changes on its way");
    return 0;
}
