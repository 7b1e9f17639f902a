// SPDX-License-Identifier: BSD-3-Clause
//
// Names of nodes, where they become something else: a pseudo node for this server, and folders.
#pragma once

#include <string>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::overlay {

/// What this server calls itself.
std::string server_name();

/// This server as a pseudo node, for templates that are rendered for it.
nodes::Node server_as_node();

/// Node ids become names of folders. Error: InvalidArgument for "", ".", ".." and anything with a
/// slash.
Result<void> check_node_id(const std::string& id);

}  // namespace ww::overlay
