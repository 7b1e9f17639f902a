// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes and profiles have in common: clearing, importing, the skeleton an editor starts with,
// and which fields are secret. Internal to this layer.
#pragma once

#include <string>
#include <string_view>

#include "api/changes.h"
#include "nodes/update.h"

namespace ww::api {

/// Every selected entry as `edit` makes it.
template <class Entry>
Result<Changed<Entry>> set_all(const nodes::Registry& registry,
                               const nodes::SetRequest& edit,
                               const protocol::ChangeReply& reply);

/// Clears fields of the reply's `selected`, and says what goes as a whole. Errors: NotFound if none
/// is selected or, unless `skip_unknown`, one is missing.
template <class Entry>
Result<Changed<Entry>> unset_all(const nodes::Registry& registry,
                                 const nodes::UnsetRequest& edit,
                                 bool skip_unknown,
                                 protocol::ChangeReply& reply);

/// Merges entries from YAML text, or takes over what an editor changed.
template <class Entry>
Result<protocol::ChangeReply> import_entries(Call& call, const protocol::ImportRequest& request);

/// All keys of an entry as YAML comments.
enum class EntryKind { Node, Profile };
std::string skeleton(EntryKind kind);

/// Shown instead of what the caller may not see.
inline constexpr const char* kMask = "********";
/// By name in field lists: "Ipmi.Password".
bool is_secret(std::string_view field);

}  // namespace ww::api
