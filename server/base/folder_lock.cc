// SPDX-License-Identifier: BSD-3-Clause
#include "base/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace ww {

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
