// SPDX-License-Identifier: BSD-3-Clause
//
// A change that is looked at and not made: handlers of changes put here what they would do, in
// place of doing it. Internal to this layer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodes/node.h"
#include "store/file_change.h"

namespace ww::api {

struct Plan {
    std::string summary;                      // as the command shows it
    std::optional<nodes::Registry> registry;  // what nodes and profiles become; nothing: they stay
    std::vector<store::FileChange> files;     // what becomes of files of overlays
    /// Images that become others under the same name, and by what.
    std::map<std::string, std::string> images;
};

}  // namespace ww::api
