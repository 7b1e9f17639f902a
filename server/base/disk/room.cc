// SPDX-License-Identifier: BSD-3-Clause
#include "base/disk/room.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "base/path.h"

namespace ww {

Result<uint64_t> room_at(const std::string& path) {
    struct statvfs there{};
    std::string at = path;
    while (::statvfs(at.c_str(), &there) != 0) {
        const int why = errno;
        const std::string above(folder_of(at));
        if (why != ENOENT || above == at) return Error::from_errno(why, "statvfs " + path);
        at = above;
    }
    return uint64_t{there.f_bavail} * there.f_frsize;
}

Result<void> check_room(const std::string& path, uint64_t bytes, std::string_view use) {
    WW_TRY(const uint64_t room, room_at(path));
    if (bytes <= room) return {};
    return Error(
        ErrorCode::Unavailable,
        fmt::format("{} has room for {} bytes, of the {} that {}", path, room, bytes, use));
}

}  // namespace ww
