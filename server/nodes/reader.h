// SPDX-License-Identifier: BSD-3-Clause
//
// nodes.conf from text to raw nodes and profiles. What does not fit its field is reported with
// file, line, column, entry and field, all of it at once; keys nobody knows are warnings.
// reference/store.md §2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "nodes/node.h"
#include "yaml/document.h"
#include "yaml/problems.h"

namespace ww::nodes {

struct NodesFile {
    Registry registry;
    std::vector<yaml::Warning> warnings;
    yaml::Document document;
};

/// `name` stands in places. An empty text is an empty registry. Errors: Unprocessable with place.
Result<NodesFile> read_nodes(std::string_view text, const std::string& name);

/// A file of `node import` or `node edit`: a map of entries by name.
Result<std::map<std::string, Node>> read_node_map(std::string_view text,
                                                  const std::string& name,
                                                  std::vector<yaml::Warning>& warnings);
Result<std::map<std::string, Profile>> read_profile_map(std::string_view text,
                                                        const std::string& name,
                                                        std::vector<yaml::Warning>& warnings);

}  // namespace ww::nodes
