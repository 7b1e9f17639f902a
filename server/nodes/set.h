// SPDX-License-Identifier: BSD-3-Clause
//
// Edits as `wwctl node|profile add|set` express them: values of fields by flag name, tags, and what
// is to be deleted. reference/store.md §4, reference/cli.md §4.1-4.2.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/assignment.h"
#include "nodes/node.h"

namespace ww::nodes {

/// A field by flag name ("ipaddr", "kernelargs"). A list takes all values, anything else the last
/// one.
struct FieldSetting {
    std::string flag;
    StringList values;
};

struct SetRequest {
    Selectors selectors;
    std::vector<FieldSetting> fields;
    StringMap tags, ipmi_tags, net_tags;             // to add or replace
    StringList tag_del, ipmi_tag_del, net_tag_del;   // absent ones are fine
    StringList net_del, part_del, disk_del, fs_del;  // absent ones are errors
};

/// A request that was understood, for any number of raw entries.
class SetEdit {
   public:
    /// Errors: InvalidArgument (a flag of no field, a value that does not parse, a selector that is
    /// missing).
    static Result<SetEdit> of(SetRequest request);

    /// Errors: NotFound (something to delete that is not there), InvalidArgument (a field profiles
    /// do not have). After an error the entry is to be thrown away.
    Result<void> apply(Node& node) const;
    Result<void> apply(Profile& profile) const;

   private:
    explicit SetEdit(SetRequest request) : request_(std::move(request)) {}
    template <class Entry>
    Result<void> apply_to(Entry& entry) const;

    SetRequest request_;
    std::vector<Assignment> assignments_;
};

}  // namespace ww::nodes
