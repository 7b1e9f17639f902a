// SPDX-License-Identifier: BSD-3-Clause
#include "jobs/hold.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ww::jobs {

namespace {

constexpr int64_t kMostHolderBytes = 4096;

/// Whoever had the file before may have removed it between our open and our lock.
bool still_there(int fd, const std::string& path) {
    struct stat ours{};
    struct stat there{};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

}  // namespace

Result<Hold> Hold::take(const std::string& folder,
                        const Subject& subject,
                        const std::string& holder) {
    WW_TRY_VOID(make_directories(folder));
    std::string path = fmt::format("{}/{}", folder, subject.name);
    while (true) {
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd.valid()) return Error::from_errno(errno, "open " + path);
        if (::flock(fd.get(), (subject.shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) return Error::from_errno(errno, "lock " + path);
            auto who = read_fd(fd.get(), path, kMostHolderBytes);
            return Error(ErrorCode::Conflict,
                         fmt::format("{} is in use: {}",
                                     subject.name,
                                     who && !who->empty() ? *who : "by a job that just began"));
        }
        if (!still_there(fd.get(), path)) continue;
        if (::ftruncate(fd.get(), 0) != 0) return Error::from_errno(errno, "truncate " + path);
        if (::pwrite(fd.get(), holder.data(), holder.size(), 0) < 0)
            return Error::from_errno(errno, "write " + path);
        return Hold(std::move(path), std::move(fd));
    }
}

Hold::~Hold() {
    // Others that share it keep the file.
    if (fd_.valid() && ::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) (void)::unlink(path_.c_str());
}

}  // namespace ww::jobs
