// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes of a Warewulf 3 as nodes of ours. The source is what its wwsh prints, since administrators
// can save that without its database. Source: reference/images-and-boot.md §5.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/node.h"

namespace ww::upgrade {

/// Output of `wwsh node print`, `provision print`, `ipmi print`, `vnfs list` and `bootstrap list`,
/// in any order, in one file or several.
struct Warewulf3Dump {
    struct Object {
        std::string name;
        std::string architecture;
        std::string folder;  // of a VNFS: its chroot
    };

    /// Values by key ("CLUSTER", "eth0.IPADDR") of each node; what is not set is not in it.
    std::map<std::string, std::map<std::string, std::string>> nodes;
    std::vector<Object> images;
    std::vector<Object> bootstraps;
    std::vector<std::string> not_understood;  // "file:line: text"

    /// Never fails: lines it does not know are kept for the report.
    void add(std::string_view text, const std::string& file);
};

struct Warewulf3Import {
    nodes::Registry registry;
    std::vector<std::string>
        report;  // what has no counterpart, and what is left to do, a line each
};

/// `registry` with the nodes of the dump. A node that exists keeps what the dump does not say.
/// `has_image`: whether there is an image of that name already.
Warewulf3Import import_warewulf3(const Warewulf3Dump& dump,
                                 nodes::Registry registry,
                                 const std::function<bool(const std::string&)>& has_image);

}  // namespace ww::upgrade
