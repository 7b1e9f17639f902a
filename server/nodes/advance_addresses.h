// SPDX-License-Identifier: BSD-3-Clause
//
// Addresses of the nodes of one `node add`, which count up from the first.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::nodes {

/// Moves `ipaddr` of every network device and of the BMC up by `steps`. Errors: InvalidArgument (an
/// address beyond the last one there is).
Result<void> advance_addresses(Node& node, uint32_t steps);

}  // namespace ww::nodes
