// SPDX-License-Identifier: BSD-3-Clause
#include "base/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ww {

namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr int64_t kMostHolderBytes = 4096;

}  // namespace

Result<LockFile> LockFile::open(std::string path) {
    UniqueFd fd(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kOwnerOnly));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return Error::from_errno(errno, "stat " + path);
    if (!S_ISREG(info.st_mode)) return Error(ErrorCode::Io, path + " is not a file");
    if ((info.st_mode & 07777) != kOwnerOnly && ::fchmod(fd.get(), kOwnerOnly) != 0)
        return Error::from_errno(errno, "chmod " + path);
    return LockFile(std::move(path), std::move(fd));
}

Result<bool> LockFile::try_lock(Kind kind) {
    const int operation = kind == Kind::Shared ? LOCK_SH : LOCK_EX;
    while (::flock(fd_.get(), operation | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno != EINTR) return Error::from_errno(errno, "lock " + path_);
    }
    return true;
}

bool LockFile::is_in_place() const {
    struct stat ours{};
    struct stat there{};
    return ::fstat(fd_.get(), &ours) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

std::string LockFile::holder() const {
    return read_fd(fd_.get(), path_, kMostHolderBytes).value_or("");
}

Result<void> LockFile::write_holder(std::string_view text) {
    if (::ftruncate(fd_.get(), 0) != 0) return Error::from_errno(errno, "truncate " + path_);
    if (::pwrite(fd_.get(), text.data(), text.size(), 0) < 0)
        return Error::from_errno(errno, "write " + path_);
    return {};
}

}  // namespace ww
