// SPDX-License-Identifier: BSD-3-Clause
//
// What became of entries: their texts before and after.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/entry_text.h"

namespace ww::store {

/// One entry before and after; nothing: it was not there.
struct EntryChange {
    EntryId id;
    std::optional<std::string> before;
    std::optional<std::string> after;
};

/// Entries whose text differs; both lists, and what comes out, by kind, then name.
std::vector<EntryChange> changed_entries(const std::vector<EntryTexts::Row>& before,
                                         const std::vector<EntryTexts::Row>& after);

}  // namespace ww::store
