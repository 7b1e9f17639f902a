// SPDX-License-Identifier: BSD-3-Clause
//
// The protocol's edits as the store understands them, and what callers may not see taken out of
// nodes.
#pragma once

#include "api/caller.h"
#include "nodes/node.h"
#include "nodes/update.h"
#include "protocol/edit.h"

namespace ww::api {

nodes::SetRequest to_store(const protocol::Edit& edit);
nodes::UnsetRequest to_store(const protocol::UnsetRequest& request);

/// Without the passwords of management controllers and asset keys, unless the caller may see them.
nodes::Node masked(nodes::Node node, const Caller& caller);
nodes::Profile masked(nodes::Profile profile, const Caller& caller);

}  // namespace ww::api
