// SPDX-License-Identifier: BSD-3-Clause
//
// In a boot storm nodes ask in no order, and what is known about each is in no cache. Their asks
// come many at a time: memory for all of them is fetched together before the first is answered.
#pragma once

#include <span>

#include "nodes/node.h"

namespace ww::boot {

/// Prefetches what boot scripts read of these nodes; null ones are left out. A hint, no effect.
void read_ahead(std::span<const nodes::Node* const> nodes);

}  // namespace ww::boot
