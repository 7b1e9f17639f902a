// SPDX-License-Identifier: BSD-3-Clause
//
// Optimistic concurrency: what a client read is named by a state, and what others did to the same
// entries since comes from the journal. Internal to this layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/handlers.h"
#include "protocol/history.h"
#include "store/journal/journal.h"

namespace ww::api {

/// A `state` of a request or reply: which nodes.conf was read, and of a preview also what it said.
struct ReadState {
    std::string digest;
    std::string effect;  // empty: none was shown

    static ReadState parse(std::string_view state);
    std::string to_string() const;
};

/// "revision 12 of 2026-11-29 01:50:03 UTC by root: node set n1 --comment=x"
std::string describe_revision(const store::Revision& revision);

/// Conflict, telling what changed in `ids` since `digest`, and by whom.
Error conflict_since(const Call& call,
                     const std::string& digest,
                     const std::vector<store::EntryId>& ids);

/// Whether one of `ids` changed since nodes.conf had `digest`: nothing, or what to answer. Errors:
/// Conflict.
Result<void> check_unchanged(const Call& call,
                             const std::string& digest,
                             const std::vector<store::EntryId>& ids);

/// A revision for a client, without the summary of its fields.
protocol::RevisionRow row_of(const store::Revision& revision);

}  // namespace ww::api
