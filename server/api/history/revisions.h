// SPDX-License-Identifier: BSD-3-Clause
//
// Revisions of the journal, as handlers look for them. Internal to this layer.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "api/handlers.h"
#include "store/journal/journal.h"

namespace ww::api {

/// The journal, brought up to the file as far as that can be done. Errors: FailedPrecondition (none
/// is kept).
Result<store::Journal*> open_journal(const Call& call);

/// With its texts. Errors: NotFound, those of the journal.
Result<store::Revision> one_revision(store::Journal& journal, int64_t number);

/// Whether a field that blame names `path` is meant by `field`, as users type it; empty: any.
bool is_meant(std::string_view path, std::string_view field);

/// Gives each row the newest revision that changed its field; adds rows for fields that are meant
/// and unset. Errors: those of the journal, and of texts in it.
Result<void> find_revisions(store::Journal& journal,
                            const store::EntryId& id,
                            std::string_view field,
                            std::vector<protocol::BlameRow>& rows);

/// What the journal holds: from the state before its first revision on. Errors: NotFound.
Result<void> check_reach(store::Journal& journal, int64_t number);

}  // namespace ww::api
