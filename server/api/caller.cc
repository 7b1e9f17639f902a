// SPDX-License-Identifier: BSD-3-Clause
#include "api/caller.h"

#include <pwd.h>
#include <unistd.h>

#include <vector>

#include "base/admin_group.h"
#include "protocol/command_line.h"

namespace ww::api {

namespace {

// The number where there is no name.
std::string user_name(uid_t uid) {
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> space(16 << 10);
    if (::getpwuid_r(uid, &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
        return std::to_string(uid);
    return entry.pw_name;
}

}  // namespace

bool may_administer(const std::optional<http::Credentials>& credentials) {
    if (!credentials) return false;
    if (credentials->uid == 0) return true;
    const std::optional<gid_t> group = admin_group();
    return group && credentials->member_of(*group);
}

Caller Caller::of(const std::optional<http::Credentials>& credentials) {
    if (!credentials) return {};
    const bool admin = may_administer(credentials);
    return {.is_admin = admin,
            .is_root = credentials->uid == 0,
            .is_operator = admin,
            .uid = credentials->uid,
            .user = user_name(credentials->uid),
            .via = "socket",
            .command = {}};
}

Caller Caller::itself() {
    const uid_t uid = ::getuid();
    return {.is_admin = true,
            .is_root = true,
            .is_operator = true,
            .uid = uid,
            .user = user_name(uid),
            .via = "private",
            .command = {}};
}

void Caller::take_command(std::string_view header) { command = protocol::decode_command(header); }

store::Author author_of(const Caller& caller) {
    return {.via = caller.via, .uid = caller.uid, .user = caller.user, .command = caller.command};
}

}  // namespace ww::api
