// SPDX-License-Identifier: BSD-3-Clause
//
// Trees as YAML text, byte for byte as upstream's library writes them. reference/store.md §2.6.
#pragma once

#include <string>
#include <string_view>

#include "yaml/out_tree.h"

namespace ww::yaml {

/// A document. `indent`: spaces per level, 2 to 9.
std::string write(const OutNode& root, int indent);

/// Appends "key: value\n" (or more lines) at `column` spaces, as part of a document of `indent` per
/// level.
void write_pair(std::string& out, const OutNode::Pair& pair, int column, int indent);

/// Appends "- item\n" (or more lines) at `column` spaces.
void write_item(std::string& out, const OutNode& item, int column, int indent);

/// A scalar on one line, in the style upstream chooses for a key.
std::string write_key(const Value& key);

}  // namespace ww::yaml
