// SPDX-License-Identifier: BSD-3-Clause
//
// Short ways for the tests here to get from text to what the store makes of it.
#pragma once

#include <string>
#include <string_view>

#include "store/merge.h"
#include "store/nodes_reader.h"
#include "support/catch.h"

namespace ww::test {

inline store::NodesFile read_nodes(std::string_view text) {
    auto file = store::read_nodes(text, "nodes.conf");
    if (!file) FAIL(file.error().describe());
    return *std::move(file);
}

inline store::Registry registry(std::string_view text) { return read_nodes(text).registry; }

inline store::Node merged(const store::Registry& registry, const std::string& id) {
    auto node = store::Merger(registry).merge(id);
    if (!node) FAIL(node.error().describe());
    return *std::move(node);
}

inline store::Node merged(std::string_view text, const std::string& id = "n1") {
    return merged(registry(text), id);
}

}  // namespace ww::test
