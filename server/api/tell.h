// SPDX-License-Identifier: BSD-3-Clause
//
// What is said of a change besides its result: to whoever made it, and in the log. Internal to this
// layer.
#pragma once

#include "api/handlers.h"
#include "nodes/snapshot.h"
#include "store/database.h"

namespace ww::api {

/// What the caller was told before the change was made.
enum class Told { Nothing, References };

/// After a commit: its revision (for --debug), its warnings, and what it refers to that is not
/// there.
void tell_of(Call& call, const store::Commit& commit, Told told);

/// What `after` refers to anew that is not there.
void note_references(Call& call, const nodes::Snapshot& before, const nodes::Snapshot& after);

}  // namespace ww::api
