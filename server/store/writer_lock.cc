// SPDX-License-Identifier: BSD-3-Clause
#include "store/writer_lock.h"

#include <fmt/format.h>
#include <poll.h>

#include <chrono>

namespace ww::store {

namespace {

// How long a writer waits for another program of the site to finish its edit.
constexpr auto kPatience = std::chrono::seconds(30);
constexpr int kLookEveryMs = 5;

}  // namespace

// flock(2) knows no deadline, hence the looking again.
Result<LockFile> lock_for_writing(const std::string& path) {
    WW_TRY(LockFile lock, LockFile::open(path));
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (true) {
        WW_TRY(const bool ours, lock.try_lock());
        if (ours) return lock;
        if (std::chrono::steady_clock::now() > deadline)
            return Error(
                       ErrorCode::Unavailable,
                       fmt::format("another program has held {} for {} s", path, kPatience.count()))
                .with_hint("it is changing this site; try again when it is done");
        ::poll(nullptr, 0, kLookEveryMs);
    }
}

}  // namespace ww::store
