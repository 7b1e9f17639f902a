// SPDX-License-Identifier: BSD-3-Clause
//
// The flags by which nodes and profiles are edited, made from the table of fields, and the
// requests made from them.
#pragma once

#include <vector>

#include "ctl/flag.h"
#include "fields/entry_kind.h"
#include "protocol/edit.h"

namespace ww::ctl {

/// Fields with values, for `add` and `set`, and the entries they belong to.
std::vector<Flag> value_flags(fields::EntryKind kind);
/// --tagadd and its like.
std::vector<Flag> tag_flags();
/// --tagdel, --netdel and their like, for `set`.
std::vector<Flag> removal_flags();
/// Old names that still parse: --container, --wwinit, --runtime.
std::vector<Flag> old_flags();
/// Fields as switches, for `unset`.
std::vector<Flag> switch_flags(fields::EntryKind kind);

protocol::Edit edit_from(const FlagValues& flags);
protocol::UnsetRequest unset_from(const FlagValues& flags);

}  // namespace ww::ctl
