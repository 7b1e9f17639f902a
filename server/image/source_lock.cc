// SPDX-License-Identifier: BSD-3-Clause
#include "image/source_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

namespace ww::image {

Result<SourceLock> SourceLock::take(const std::string& folder, const std::stop_token& stop) {
    using namespace std::chrono_literals;
    for (;;) {
        UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd.valid()) return Error::from_errno(errno, "open " + folder);
        while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
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
        if (ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
            return SourceLock(std::move(fd));
    }
}

}  // namespace ww::image
