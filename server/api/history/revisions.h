// SPDX-License-Identifier: BSD-3-Clause
//
// Revisions of the journal, as handlers look for them. Internal to this layer.
#pragma once

#include <cstdint>

#include "api/handlers.h"
#include "store/journal/journal.h"

namespace ww::api {

/// The journal, brought up to the file as far as that can be done. Errors: FailedPrecondition (none
/// is kept).
Result<store::Journal*> open_journal(const Call& call);

/// With its texts. Errors: NotFound, those of the journal.
Result<store::Revision> one_revision(store::Journal& journal, int64_t number);

}  // namespace ww::api
