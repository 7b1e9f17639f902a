// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/removal.h"

namespace ww::nodes {

void remove_tags(StringMap& tags, const StringList& names) {
    for (const std::string& name : names) tags.erase(name);
}

Result<void> remove_partition(Profile& profile,
                              const std::string& diskname,
                              const std::string& partname) {
    bool found = false;
    if (!diskname.empty()) {
        const auto disk = profile.disks.find(diskname);
        if (disk == profile.disks.end())
            return Error(ErrorCode::NotFound, "disk doesn't exist: " + diskname);
        found = disk->second.partitions.erase(partname) > 0;
    } else {
        for (auto& [name, disk] : profile.disks)
            found = disk.partitions.erase(partname) > 0 || found;
    }
    if (!found) return Error(ErrorCode::NotFound, "partition doesn't exist: " + partname);
    return {};
}

}  // namespace ww::nodes
