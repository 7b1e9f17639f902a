// SPDX-License-Identifier: BSD-3-Clause
//
// What revisions of the journal mean: which fields they changed, and how one is taken back.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/diff.h"
#include "store/database.h"
#include "store/journal.h"

namespace ww::store {

/// What a change of an entry did to its fields, sorted by path. Secrets are masked unless
/// `secrets`; that one changed can be seen. Errors: Unprocessable (the journal's text cannot be
/// read).
Result<std::vector<nodes::FieldChange>> field_changes(const EntryChange& change, bool secrets);

/// "n[1-3], profile p"
std::string name_entries(const std::vector<EntryChange>& entries);

/// Lines for people: added and deleted entries, and changed values, entries with equal changes
/// together.
Result<std::string> summarize(const std::vector<EntryChange>& entries, bool secrets);

/// One change of each entry out of several, which are in the order they were made.
std::vector<EntryChange> joined(const std::vector<EntryChange>& changes);

/// The same the other way round.
std::vector<EntryChange> reversed(std::vector<EntryChange> changes);

/// Brings entries from `before` to `after`. An entry that is not as `before` says is a Conflict,
/// all of them named; nothing is changed then.
Result<void> apply_changes(nodes::Registry& registry, const std::vector<EntryChange>& changes);

}  // namespace ww::store
