// SPDX-License-Identifier: BSD-3-Clause
#include "api/caller.h"

#include <grp.h>

#include <vector>

namespace ww::api {

namespace {

std::optional<gid_t> admin_group() {
    group entry{};
    group* found = nullptr;
    std::vector<char> space(16 << 10);
    if (::getgrnam_r(kAdminGroup, &entry, space.data(), space.size(), &found) != 0 ||
        found == nullptr)
        return std::nullopt;
    return entry.gr_gid;
}

}  // namespace

Caller Caller::of(const std::optional<http::Credentials>& credentials) {
    if (!credentials) return {};
    if (credentials->uid == 0) return {true, true};
    const std::optional<gid_t> group = admin_group();
    const bool admin = group && credentials->member_of(*group);
    return {admin, false};
}

}  // namespace ww::api
