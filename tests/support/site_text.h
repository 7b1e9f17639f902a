// SPDX-License-Identifier: BSD-3-Clause
//
// Short ways for the tests here to get from text to what the store makes of it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "nodes/merge.h"
#include "nodes/reader.h"
#include "support/catch.h"

namespace ww::test {

inline nodes::NodesFile read_nodes(std::string_view text) {
    auto file = nodes::read_nodes(text, "nodes.conf");
    if (!file) FAIL(file.error().describe());
    return *std::move(file);
}

inline nodes::Registry registry(std::string_view text) { return read_nodes(text).registry; }

/// The node of this body: "{comment: x}".
inline nodes::Node node_of(std::string_view entry) {
    return registry(fmt::format("nodes: {{n: {}}}", entry)).nodes.at("n");
}

inline nodes::Node merged(const nodes::Registry& registry, const std::string& id) {
    auto node = nodes::Merger(registry).merge(id);
    if (!node) FAIL(node.error().describe());
    return *std::move(node);
}

inline nodes::Node merged(std::string_view text, const std::string& id = "n1") {
    return merged(registry(text), id);
}

}  // namespace ww::test
