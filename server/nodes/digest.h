// SPDX-License-Identifier: BSD-3-Clause
//
// A digest of a node's content: what a rendered template remembers of the nodes it read.
#pragma once

#include <string>

#include "nodes/node.h"

namespace ww::nodes {

/// SHA-256 (hex) over every field with its type, the id included. Equal digests: equal nodes.
std::string digest_of(const Node& node);

}  // namespace ww::nodes
