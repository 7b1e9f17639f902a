// SPDX-License-Identifier: BSD-3-Clause
//
// Entries as text: YAML exactly as upstream writes it (natural key order, its choice of quotes),
// and JSON as its API does. reference/store.md §2.5, §2.6; reference/cli.md §1.8.
#pragma once

#include <string>
#include <string_view>

#include "nodes/node.h"

namespace ww::nodes {

/// A whole nodes.conf, both maps always there. `indent`: 2 in files, 4 in listings.
std::string emit_registry(const Registry& registry, int indent);

/// name: entry, …; "{}\n" if there are none.
std::string emit_nodes(const std::map<std::string, Node>& nodes, int indent);
std::string emit_profiles(const std::map<std::string, Profile>& profiles, int indent);

/// A compact JSON object in schema order, empty fields left out.
std::string node_json(const Node& node);
std::string profile_json(const Profile& profile);

}  // namespace ww::nodes
