// SPDX-License-Identifier: BSD-3-Clause
//
// What is said before nodes or profiles are changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ctl/output.h"
#include "fields/entry_kind.h"
#include "protocol/edit.h"

namespace ww::ctl::cmd {

/// A name of the reply's `missing`, with what was meant by it if that can be guessed.
std::string named(const protocol::ChangeReply& reply, const std::string& missing);
/// Names that are no nodes or profiles.
void warn_of_missing(Output& output, const protocol::ChangeReply& reply, fields::EntryKind kind);

/// Lines of changed values; on a terminal not more than can be looked at.
void print_changes(Output& output, std::string_view summary);

/// Shows what would change; the question, or nothing if nothing would.
std::optional<std::string> show_changes(Output& output,
                                        const protocol::ChangeReply& preview,
                                        fields::EntryKind kind);

}  // namespace ww::ctl::cmd
