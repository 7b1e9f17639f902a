// SPDX-License-Identifier: BSD-3-Clause
#include "store/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>

namespace ww::store {

namespace {

// How long a writer waits for another program of the site to finish its edit.
constexpr auto kPatience = std::chrono::seconds(30);
constexpr int kLookEveryMs = 5;

}  // namespace

// flock(2) knows no deadline, hence the looking again.
Result<UniqueFd> lock_for_writing(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return Error::from_errno(errno, "lock " + path);
        if (std::chrono::steady_clock::now() > deadline)
            return Error(
                       ErrorCode::Unavailable,
                       fmt::format("another program has held {} for {} s", path, kPatience.count()))
                .with_hint("it is changing this site; try again when it is done");
        ::poll(nullptr, 0, kLookEveryMs);
    }
    return fd;
}

}  // namespace ww::store
