// SPDX-License-Identifier: BSD-3-Clause
#include "base/admin_group.h"

#include <grp.h>

#include <cerrno>
#include <vector>

namespace ww {

std::optional<gid_t> admin_group() {
    std::vector<char> space(1024);
    for (;;) {
        group entry{};
        group* found = nullptr;
        const int error = ::getgrnam_r(kAdminGroup, &entry, space.data(), space.size(), &found);
        if (error == ERANGE) {
            space.resize(space.size() * 2);
            continue;
        }
        if (error != 0 || found == nullptr) return std::nullopt;
        return entry.gr_gid;
    }
}

}  // namespace ww
