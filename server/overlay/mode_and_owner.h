// SPDX-License-Identifier: BSD-3-Clause
//
// The mode and owner a file of an overlay has on the node: those of its file on the server, for a
// rendered one those of its template. Source: reference/overlays.md.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

namespace ww::overlay {

/// Permission bits, set-user-id and its kin included.
inline constexpr mode_t kPermissions = 07777;

struct ModeAndOwner {
    mode_t mode = 0644;  // permission bits only
    uid_t uid = 0;
    gid_t gid = 0;

    static ModeAndOwner of(const struct stat& status) {
        return {status.st_mode & kPermissions, status.st_uid, status.st_gid};
    }
};

}  // namespace ww::overlay
