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

Result<bool> try_flock(int fd, LockKind kind, const std::string& path) {
    const int operation = kind == LockKind::Shared ? LOCK_SH : LOCK_EX;
    while (::flock(fd, operation | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno != EINTR) return Error::from_errno(errno, "lock " + path);
    }
    return true;
}

bool is_same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

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

Result<bool> LockFile::try_lock(LockKind kind) { return try_flock(fd_.get(), kind, path_); }

bool LockFile::is_in_place() const {
    struct stat ours{};
    struct stat there{};
    return ::fstat(fd_.get(), &ours) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
           is_same_file(ours, there);
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
    for (;;) {
        UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd.valid()) return Error::from_errno(errno, "open " + folder);
        while (true) {
            WW_TRY(const bool ours, try_flock(fd.get(), kind, folder));
            if (ours) break;
            if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
            // Whoever holds it works for seconds.
            std::this_thread::sleep_for(50ms);  // lint: sleep, a waiting flock cannot be given up
        }
        // The holder before us may have put another folder in its place.
        struct stat ours{};
        struct stat there{};
        if (::fstat(fd.get(), &ours) != 0) return Error::from_errno(errno, "stat " + folder);
        if (::stat(folder.c_str(), &there) != 0) return Error::from_errno(errno, "stat " + folder);
        if (is_same_file(ours, there)) return fd;
    }
}

}  // namespace ww
