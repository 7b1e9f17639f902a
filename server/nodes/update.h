// SPDX-License-Identifier: BSD-3-Clause
//
// Edits as `wwctl node|profile add|set|unset` express them: fields by flag name, with the entry of
// a map they address. Pure functions on one raw entry; after an error the entry is to be thrown
// away. reference/store.md §4, reference/cli.md §3 and §4.1-4.3.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::nodes {

/// Which network device, disk, partition or filesystem the fields of one request belong to.
struct Selectors {
    std::string netname = "default";
    bool netname_given = false;
    std::string diskname;
    std::string partname;
    std::string fsname;
};

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

/// Errors: InvalidArgument (a value that does not parse, a selector that is missing), NotFound
/// (something to delete that is not there).
Result<void> apply_set(Node& node, const SetRequest& request);
Result<void> apply_set(Profile& profile, const SetRequest& request);

struct UnsetRequest {
    Selectors selectors;
    StringList fields;  // flag names
    StringList tags, ipmi_tags, net_tags;
};

/// Checks the request itself, before any entry is looked at. Errors: InvalidArgument.
Result<void> check_unset(const UnsetRequest& request);
/// Errors: NotFound (a partition that is not there).
Result<void> apply_unset(Node& node, const UnsetRequest& request);
Result<void> apply_unset(Profile& profile, const UnsetRequest& request);
/// What the request removes as a whole, a sentence each: `network device "ib" will be removed
/// entirely`.
std::vector<std::string> unset_warnings(const UnsetRequest& request);

/// For `node add` over a range: moves `ipaddr` of every network device and of the BMC up by
/// `steps`. Errors: InvalidArgument (an address beyond the last one there is).
Result<void> advance_addresses(Node& node, uint32_t steps);

}  // namespace ww::nodes
