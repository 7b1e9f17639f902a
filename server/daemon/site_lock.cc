// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/site_lock.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/site_files.h"

namespace ww::daemon {

Result<LockFile> lock_site(const std::string& run_folder) {
    WW_TRY_VOID(make_directories(run_folder));
    WW_TRY(LockFile lock, LockFile::open(daemon_lock_file(run_folder)));
    WW_TRY(const bool ours, lock.try_lock());
    if (!ours) {
        const std::string holder = lock.holder();
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("another wwd serves this site already: process {}",
                                 holder.substr(0, holder.find('\n'))))
            .with_hint(lock.path() + " is its lock");
    }
    // The number is for people; the lock is what counts.
    WW_TRY_VOID(lock.write_holder(fmt::format("{}\n", ::getpid())));
    return lock;
}

}  // namespace ww::daemon
