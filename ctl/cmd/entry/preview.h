// SPDX-License-Identifier: BSD-3-Clause
//
// What `set` and `unset` say before they change nodes or profiles.
#pragma once

#include <optional>
#include <string>

#include "ctl/output.h"
#include "fields/entry_kind.h"
#include "protocol/edit.h"

namespace ww::ctl::cmd {

/// Names that are no nodes or profiles.
void warn_of_missing(Output& output, const protocol::ChangeReply& reply, fields::EntryKind kind);

/// Shows what would change; the question, or nothing if nothing would.
std::optional<std::string> show_changes(Output& output,
                                        const protocol::ChangeReply& preview,
                                        fields::EntryKind kind);

}  // namespace ww::ctl::cmd
