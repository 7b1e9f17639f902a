// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/site_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/site_files.h"

namespace ww::daemon {

Result<UniqueFd> lock_site(const std::string& run_folder) {
    WW_TRY_VOID(make_directories(run_folder));
    const std::string path = daemon_lock_file(run_folder);
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return Error::from_errno(errno, "lock " + path);
        const std::string holder = read_fd(fd.get(), path).value_or(std::string("?"));
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("another wwd serves this site already: process {}",
                                 holder.substr(0, holder.find('\n'))))
            .with_hint(path + " is its lock");
    }
    // The number is for people; the lock is what counts.
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd.get(), 0) != 0) return Error::from_errno(errno, "truncate " + path);
    WW_TRY_VOID(write_all(fd.get(), pid, path));
    return fd;
}

}  // namespace ww::daemon
