// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and profiles as the trees that are written: fields in the order of the schema, maps in
// natural order, without what is empty.
#pragma once

#include <map>
#include <string>

#include "nodes/node.h"
#include "yaml/out_tree.h"

namespace ww::nodes {

yaml::OutNode out_tree(const Node& node);
yaml::OutNode out_tree(const Profile& profile);
yaml::OutNode out_tree(const std::map<std::string, Node>& nodes);
yaml::OutNode out_tree(const std::map<std::string, Profile>& profiles);
/// nodeprofiles and nodes, both always there.
yaml::OutNode out_tree(const Registry& registry);

}  // namespace ww::nodes
