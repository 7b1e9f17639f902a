// SPDX-License-Identifier: BSD-3-Clause
#include "enter/mounts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace ww::enter {

std::string path_of(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

Result<void> mount_new(std::string_view type,
                       int target,
                       unsigned long flags,
                       const std::string& options) {
    const std::string name(type);
    if (::mount(name.c_str(), path_of(target).c_str(), name.c_str(), flags, options.c_str()) != 0)
        return Error::from_errno(errno, "mount " + name);
    return {};
}

Result<void> mount_bind(int source, int target, Depth depth) {
    unsigned long flags = MS_BIND;
    if (depth == Depth::WithMountsBelow) flags |= MS_REC;
    if (::mount(path_of(source).c_str(), path_of(target).c_str(), nullptr, flags, nullptr) != 0)
        return Error::from_errno(errno, "bind");
    return {};
}

Result<void> make_readonly(const ConfinedDir& root, const std::string& path) {
    // Opened again: descriptors from before lead below what was mounted.
    WW_TRY(const UniqueFd top, root.open_file(path, O_PATH));
    if (::mount(nullptr,
                path_of(top.get()).c_str(),
                nullptr,
                MS_REMOUNT | MS_BIND | MS_RDONLY,
                nullptr) != 0)
        return Error::from_errno(errno, "make /" + path + " read-only");
    return {};
}

Result<void> make_private() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return Error::from_errno(errno, "make mounts private");
    return {};
}

Result<void> become_root(int folder) {
    // Both names are the same folder: the old root then lies on top of the new one.
    // Source: pivot_root(2), "pivot_root(".", ".")".
    if (::fchdir(folder) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
        ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
        return Error::from_errno(errno, "make the image the root");
    return {};
}

}  // namespace ww::enter
