// SPDX-License-Identifier: BSD-3-Clause
//
// What an edit changes, field by field, and the summary `wwctl node set` shows before it asks.
// reference/store.md §2.9 (Diff, FormatChanges), reference/cli.md §6.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/node.h"

namespace ww::nodes {

struct FieldChange {
    std::string path;    // "kernel.kernelargs", "netdevs[default].ipaddr"
    std::string before;  // printed: "\"text\"", "10.0.0.1", "[a, b]", "<unset>"
    std::string after;
    bool is_secret = false;

    auto operator<=>(const FieldChange&) const = default;
};

/// Sorted by path. Both sides are compared as they would be written (see flatten.h).
std::vector<FieldChange> diff(const Node& before, const Node& after);
std::vector<FieldChange> diff(const Profile& before, const Profile& after);

/// The path by which a change tells of a field that FieldLister calls `field`:
/// "NetDevs[eth0].Ipaddr" -> "netdevs[eth0].ipaddr".
std::string change_path(std::string_view field);

/// Entries to whose fields the same happened.
struct FieldGroup {
    std::vector<std::string> names;  // sorted
    std::vector<FieldChange> fields;
};

/// Groups in the order of their smallest name; entries without changes are left out.
std::vector<FieldGroup> group_changes(std::map<std::string, std::vector<FieldChange>> changes);

/// A header for each group, "n[01-02]:". Every line ends with a newline.
std::string format_groups(const std::vector<FieldGroup>& groups);
/// The groups of these.
std::string format_changes(std::map<std::string, std::vector<FieldChange>> changes);

}  // namespace ww::nodes
