// SPDX-License-Identifier: BSD-3-Clause
//
// The protocol's edits as the store understands them, and what callers may not see taken out of
// nodes.
#pragma once

#include "api/caller.h"
#include "nodes/field_lister.h"
#include "nodes/node.h"
#include "nodes/set.h"
#include "nodes/unset.h"
#include "protocol/edit.h"

namespace ww::api {

nodes::SetRequest set_request(const protocol::Edit& edit);
nodes::UnsetRequest unset_request(const protocol::UnsetRequest& request);

/// With a mask in place of secrets, unless the caller may see them.
nodes::Node masked(nodes::Node node, const Caller& caller);
nodes::Profile masked(nodes::Profile profile, const Caller& caller);
/// The value of a field in a list, as the caller may see it.
std::string shown(const nodes::FieldValue& field, const Caller& caller);

}  // namespace ww::api
