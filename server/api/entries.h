// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes and profiles have in common: clearing, importing, the skeleton an editor starts with.
// Internal to this layer.
#pragma once

#include <string>

#include "api/changes.h"
#include "fields/entry_kind.h"
#include "nodes/set.h"
#include "nodes/unset.h"

namespace ww::api {

/// Every selected entry as `edit` makes it. Errors: NotFound if none of those named is there.
template <class Entry>
Result<Changed<Entry>> set_all(const nodes::Registry& registry,
                               const nodes::SetEdit& edit,
                               const protocol::ChangeReply& reply);

/// Clears fields of the reply's `selected`, and says what goes as a whole. Errors: NotFound if none
/// is selected or, unless `skip_unknown`, one is missing.
template <class Entry>
Result<Changed<Entry>> unset_all(const nodes::Registry& registry,
                                 const nodes::UnsetEdit& edit,
                                 bool skip_unknown,
                                 protocol::ChangeReply& reply);

/// Merges entries from YAML text, or takes over what an editor changed.
template <class Entry>
Result<protocol::ChangeReply> import_entries(Call& call, const protocol::ImportRequest& request);

/// All keys of an entry as YAML comments.
std::string skeleton(fields::EntryKind kind);

}  // namespace ww::api
