// SPDX-License-Identifier: BSD-3-Clause
#include "base/confined_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace ww {

namespace {

std::string inside(std::string_view relative) {
    while (relative.starts_with('/')) relative.remove_prefix(1);
    return relative.empty() ? "." : std::string(relative);
}

}  // namespace

Result<ConfinedDir> ConfinedDir::open(const std::string& path) {
    ConfinedDir dir;
    dir.path_ = path;
    dir.fd_ = UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!dir.fd_.valid()) return Error::from_errno(errno, "open " + path);
    return dir;
}

Result<UniqueFd> ConfinedDir::open_file(std::string_view relative, int flags, mode_t mode) const {
    open_how how{};
    how.flags =
        static_cast<uint64_t>(flags | O_CLOEXEC | ((flags & O_PATH) ? 0 : O_NONBLOCK | O_NOCTTY));
    how.mode = (flags & O_CREAT) ? mode : 0;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const std::string name = inside(relative);
    // The kernel would read as far as that, and open another file.
    if (name.find('\0') != std::string::npos)
        return Error(ErrorCode::InvalidArgument, fmt::format("a NUL in a path in {}", path_));
    for (;;) {
        const long fd = ::syscall(SYS_openat2, fd_.get(), name.c_str(), &how, sizeof how);
        if (fd >= 0) return UniqueFd(static_cast<int>(fd));
        // EAGAIN: a rename raced with the walk; the kernel asks to try again.
        if (errno == EINTR || errno == EAGAIN) continue;
        return Error::from_errno(errno, fmt::format("open {} in {}", name, path_));
    }
}

Result<std::string> ConfinedDir::read(std::string_view relative, int64_t max_bytes) const {
    WW_TRY(const UniqueFd fd, open_file(relative, O_RDONLY));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0)
        return Error::from_errno(errno, fmt::format("stat {}", relative));
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} in {} is not a file", relative, path_));
    return read_fd(fd.get(), relative, max_bytes);
}

Result<struct stat> ConfinedDir::status(std::string_view relative) const {
    WW_TRY(const UniqueFd fd, open_file(relative, O_PATH));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0)
        return Error::from_errno(errno, fmt::format("stat {}", relative));
    return status;
}

Result<struct stat> ConfinedDir::link_status(std::string_view relative) const {
    WW_TRY(const UniqueFd fd, open_file(relative, O_PATH | O_NOFOLLOW));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0)
        return Error::from_errno(errno, fmt::format("stat {}", relative));
    return status;
}

std::vector<std::string> ConfinedDir::list(std::string_view relative) const {
    std::vector<std::string> names;
    auto fd = open_file(relative, O_RDONLY | O_DIRECTORY);
    if (!fd) return names;
    DIR* folder = ::fdopendir(fd->get());
    if (folder == nullptr) return names;
    fd->release();
    while (const dirent* entry = ::readdir(folder)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    ::closedir(folder);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace ww
