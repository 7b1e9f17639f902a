// SPDX-License-Identifier: BSD-3-Clause
//
// When a file may be taken for what its identity says. The clock that stamps files goes in ticks:
// who changes a file twice within one, and leaves it as long as it was, leaves it the identity that
// it had in between.
#pragma once

#include "base/file.h"

namespace ww::render {

/// Waits for the end of the tick in which the file was changed, if that is now: a few milliseconds,
/// and only just after an edit. To be called between a look and the reading of what it was a look
/// at; whatever changes after the reading is then seen by the next look. A file that is dated later
/// than that has the clock of another machine, and is not waited for.
void let_settle(const FileIdentity& identity);

}  // namespace ww::render
