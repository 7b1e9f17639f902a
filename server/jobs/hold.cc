// SPDX-License-Identifier: BSD-3-Clause
#include "jobs/hold.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/confined_dir.h"
#include "base/path.h"

namespace ww::jobs {

Result<Hold> Hold::take(const std::string& folder,
                        const Subject& subject,
                        const std::string& holder) {
    WW_TRY_VOID(make_directories(folder));
    while (true) {
        WW_TRY(LockFile lock, LockFile::open(fmt::format("{}/{}", folder, subject.name)));
        WW_TRY(const bool ours,
               lock.try_lock(subject.shared ? LockKind::Shared : LockKind::Exclusive));
        if (!ours) {
            const std::string who = lock.holder();
            return Error(ErrorCode::Conflict,
                         fmt::format("{} is in use: {}",
                                     subject.name,
                                     who.empty() ? "by a job that just began" : who));
        }
        if (!lock.is_in_place()) continue;
        WW_TRY_VOID(lock.write_holder(holder));
        return Hold(std::move(lock));
    }
}

Hold::~Hold() {
    if (!lock_.valid() || leaves_file_) return;
    // Others that share it keep the file.
    if (const auto alone = lock_.try_lock(); alone && *alone && lock_.is_in_place())
        (void)::unlink(lock_.path().c_str());
}

std::string Hold::subject() const { return std::string(base_name(path())); }

void clear_holds(const std::string& folder) {
    const auto dir = ConfinedDir::open(folder);
    if (!dir) return;
    for (const std::string& name : dir->list(".")) {
        auto lock = LockFile::open(fmt::format("{}/{}", folder, name));
        if (!lock) continue;
        if (const auto ours = lock->try_lock(); ours && *ours) (void)Hold(std::move(*lock));
    }
}

}  // namespace ww::jobs
