// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and profiles as the trees that are written: fields in the order of the schema, maps in
// natural order, without what is empty.
#pragma once

#include <map>
#include <string>

#include "store/node.h"
#include "store/out_tree.h"

namespace ww::store {

OutNode out_tree(const Node& node);
OutNode out_tree(const Profile& profile);
OutNode out_tree(const std::map<std::string, Node>& nodes);
OutNode out_tree(const std::map<std::string, Profile>& profiles);
/// nodeprofiles and nodes, both always there.
OutNode out_tree(const Registry& registry);

}  // namespace ww::store
