// SPDX-License-Identifier: BSD-3-Clause
//
// The protocol's edits as the store understands them, and what callers may not see taken out of
// nodes.
#pragma once

#include "api/caller.h"
#include "protocol/edit.h"
#include "store/node.h"
#include "store/update.h"

namespace ww::api {

store::SetRequest to_store(const protocol::Edit& edit);
store::UnsetRequest to_store(const protocol::UnsetRequest& request);

/// Without the passwords of management controllers and asset keys, unless the caller may see them.
store::Node masked(store::Node node, const Caller& caller);
store::Profile masked(store::Profile profile, const Caller& caller);

}  // namespace ww::api
