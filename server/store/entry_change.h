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

    bool operator==(const EntryChange&) const = default;
};

/// Entries whose text differs; both lists, and what comes out, by kind, then name.
std::vector<EntryChange> changed_entries(const std::vector<EntryTexts::Row>& before,
                                         const std::vector<EntryTexts::Row>& after);

/// The same between two files; looks only at what they do not share.
std::vector<EntryChange> changed_entries(const SourceFile& before, const SourceFile& after);

}  // namespace ww::store
