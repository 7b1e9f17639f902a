// SPDX-License-Identifier: BSD-3-Clause
//
// What changes of entries did to their fields, and how it is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/diff.h"
#include "store/entry_change.h"

namespace ww::store {

/// Entries of a change to which the same happened. An added or deleted entry is in the group of its
/// fields, too.
struct ChangeGroup {
    enum class What : uint8_t {
        Added,
        Deleted,
        Layout,
        Fields
    };  // layout: comments, order, quotes

    fields::EntryKind kind = fields::EntryKind::Node;
    What what = What::Fields;
    std::vector<std::string> names;          // sorted
    std::vector<nodes::FieldChange> fields;  // with their secrets

    bool operator==(const ChangeGroup&) const = default;
};

/// What a change of an entry did to its fields, sorted by path. Secrets are masked unless
/// `secrets`; that one changed can be seen. Errors: Unprocessable (the text cannot be read).
Result<std::vector<nodes::FieldChange>> field_changes(const EntryChange& change, bool secrets);

/// Profiles first. Errors: those of field_changes().
Result<std::vector<ChangeGroup>> groups_of(const std::vector<EntryChange>& changes);
/// The same, told from what the texts are read as.
std::vector<ChangeGroup> groups_of(const std::vector<EntryChange>& changes,
                                   const nodes::Registry& before,
                                   const nodes::Registry& after);

/// Lines for people. Without `secrets` the values of such are masked.
std::string describe(std::vector<ChangeGroup> groups, bool secrets);
/// Both in one.
Result<std::string> summarize(const std::vector<EntryChange>& changes, bool secrets);

/// "n[1-3], profile p"
std::string name_entries(const std::vector<EntryChange>& changes);

}  // namespace ww::store
