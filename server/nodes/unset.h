// SPDX-License-Identifier: BSD-3-Clause
//
// Edits as `wwctl node|profile unset` express them: fields and tags to clear, or whole network
// devices, disks, partitions and file systems to remove. reference/cli.md §4.3.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/assignment.h"
#include "nodes/node.h"

namespace ww::nodes {

struct UnsetRequest {
    Selectors selectors;
    StringList fields;  // flag names
    StringList tags, ipmi_tags, net_tags;
};

/// A request that was understood, for any number of raw entries.
class UnsetEdit {
   public:
    /// Errors: InvalidArgument (nothing to unset, a flag of no field, a selector that is missing).
    static Result<UnsetEdit> of(UnsetRequest request);

    /// Errors: NotFound (a partition that is not there), InvalidArgument (a field profiles do not
    /// have). After an error the entry is to be thrown away.
    Result<void> apply(Node& node) const;
    Result<void> apply(Profile& profile) const;

    /// What the request removes as a whole, a sentence each: `network device "ib" will be removed
    /// entirely`.
    std::vector<std::string> warnings() const;

   private:
    explicit UnsetEdit(UnsetRequest request) : request_(std::move(request)) {}
    template <class Entry>
    Result<void> apply_to(Entry& entry) const;
    bool clears(fields::Scope scope) const;

    // What a selector without a field of its own removes as a whole.
    struct Removals {
        bool net = false;
        bool disk = false;
        bool filesystem = false;
        bool partition = false;
    };

    UnsetRequest request_;
    std::vector<Assignment> assignments_;
    Removals removals_;
};

}  // namespace ww::nodes
