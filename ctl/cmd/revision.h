// SPDX-License-Identifier: BSD-3-Clause
//
// Revisions as people read and name them.
#pragma once

#include <string>

#include "base/result.h"
#include "protocol/history.h"

namespace ww::ctl::cmd {

/// Local time.
std::string time_text(int64_t unix_seconds);
/// The user, or how it came about where there is none.
std::string who(const protocol::RevisionRow& row);
/// The command, or what stands for it.
std::string what(const protocol::RevisionRow& row);
/// One line.
std::string describe(const protocol::RevisionRow& row);

/// Errors: InvalidArgument.
Result<int64_t> revision_number(const std::string& word);

}  // namespace ww::ctl::cmd
