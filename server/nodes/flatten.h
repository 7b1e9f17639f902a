// SPDX-License-Identifier: BSD-3-Clause
//
// Normal form of an entry before it is written, compared or hashed: the words UNSET and UNDEF
// become nothing, and what then is empty goes. reference/store.md §2.4.
#pragma once

#include "nodes/node.h"

namespace ww::nodes {

void flatten(Node& node);
void flatten(Profile& profile);

/// Whether flatten() would leave it as it is, as nearly every entry.
bool is_flat(const Node& node);
bool is_flat(const Profile& profile);

}  // namespace ww::nodes
