// SPDX-License-Identifier: BSD-3-Clause
//
// How changes are put together, and taken back.
#pragma once

#include <vector>

#include "base/result.h"
#include "nodes/node.h"
#include "store/entry_change.h"

namespace ww::store {

/// One change of each entry out of several, which are in the order they were made.
std::vector<EntryChange> joined(const std::vector<EntryChange>& changes);

/// The same the other way round.
std::vector<EntryChange> reversed(std::vector<EntryChange> changes);

/// Brings entries from `before` to `after`. An entry that is not as `before` says is a Conflict,
/// all of them named; nothing is changed then.
Result<void> apply_changes(nodes::Registry& registry, const std::vector<EntryChange>& changes);

}  // namespace ww::store
