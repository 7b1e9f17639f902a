// SPDX-License-Identifier: BSD-3-Clause
#include "image/source_lock.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/path.h"

namespace ww::image {

namespace {

using namespace std::chrono_literals;

// Beside the images; a plus sign is in no image's name.
constexpr std::string_view kLocks = "+locks";
constexpr mode_t kOwnerOnly = 0700;

// Of the image itself: CHROOTS/NAME.
std::string file_of(const std::string& folder) {
    return fmt::format("{}/{}/{}", folder_of(folder), kLocks, base_name(folder));
}

// The file, made if it is not there. Whoever had the lock before may be taking its folder away
// meanwhile, at any step; so often that cannot be.
Result<LockFile> lock_file(const std::string& path) {
    const auto once = [&path]() -> Result<LockFile> {
        WW_TRY_VOID(make_directories(std::string(folder_of(path)), kOwnerOnly));
        return LockFile::open(path);
    };
    constexpr int kTries = 1000;
    auto file = once();
    for (int i = 1; i < kTries && !file && file.error().code() == ErrorCode::NotFound; ++i)
        file = once();
    return file;
}

bool is_read_only(const std::string& folder) {
    return ::access(std::string(folder_of(folder)).c_str(), W_OK) != 0 && errno == EROFS;
}

}  // namespace

Result<SourceLock> SourceLock::take(const std::string& folder, const std::stop_token& stop) {
    const std::string path = file_of(folder);
    while (true) {
        if (const auto there = identity_of(folder); !there) return there.error();
        if (is_read_only(folder)) {
            WW_TRY(UniqueFd fd, lock_folder(folder, LockKind::Exclusive, stop));
            return SourceLock(std::move(fd));
        }
        WW_TRY(LockFile file, lock_file(path));
        WW_TRY(const bool ours, file.try_lock());
        if (ours && file.is_in_place()) {
            SourceLock lock(std::move(file));
            // The holder before us may have taken it away.
            if (const auto there = identity_of(folder); !there) return there.error();
            return lock;
        }
        if (ours) continue;
        if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        // Whoever holds it works for seconds.
        std::this_thread::sleep_for(50ms);  // lint: sleep, a waiting flock cannot be given up
    }
}

// Nothing is left of it; who waits sees that, and makes it anew.
SourceLock::~SourceLock() {
    if (!file_ || !file_->valid()) return;
    ::unlink(file_->path().c_str());
    ::rmdir(std::string(folder_of(file_->path())).c_str());
}

}  // namespace ww::image
