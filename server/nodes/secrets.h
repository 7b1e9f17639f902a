// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and profiles for those who may not see passwords and keys. Which fields are secret is said
// in fields/table.h.
#pragma once

#include "nodes/node.h"

namespace ww::nodes {

/// Puts fields::kMask in place of every secret; what is empty stays empty.
void mask_secrets(Node& node);
void mask_secrets(Profile& profile);

}  // namespace ww::nodes
