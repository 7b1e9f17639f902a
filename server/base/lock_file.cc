// SPDX-License-Identifier: BSD-3-Clause
#include "base/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

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

Result<UniqueFd> lock_folder(const std::string& folder,
                             LockKind kind,
                             const std::stop_token& stop) {
    using namespace std::chrono_literals;
    const int operation = (kind == LockKind::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
    for (;;) {
        UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd.valid()) return Error::from_errno(errno, "open " + folder);
        while (::flock(fd.get(), operation) != 0) {
            if (errno == EINTR) continue;
            if (errno != EWOULDBLOCK) return Error::from_errno(errno, "lock " + folder);
            if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
            // Whoever holds it works for seconds.
            std::this_thread::sleep_for(50ms);  // lint: sleep, a waiting flock cannot be given up
        }
        // The holder before us may have put another folder in its place.
        struct stat ours{};
        struct stat there{};
        if (::fstat(fd.get(), &ours) != 0) return Error::from_errno(errno, "stat " + folder);
        if (::stat(folder.c_str(), &there) != 0) return Error::from_errno(errno, "stat " + folder);
        if (ours.st_dev == there.st_dev && ours.st_ino == there.st_ino) return fd;
    }
}

}  // namespace ww
