// SPDX-License-Identifier: BSD-3-Clause
#include "base/kept_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace ww {

namespace {

constexpr int kMaxCopies = 1000;

}  // namespace

Result<std::string> keep_copy(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    WW_TRY(const std::string bytes, read_fd(fd.get(), path));

    for (int i = 0; i < kMaxCopies; ++i) {
        const std::string copy = i == 0 ? path + "-old" : fmt::format("{}-old.{}", path, i);
        if (exists(copy)) {
            const auto held = read_file(copy);
            if (held && *held == bytes) return copy;
            continue;
        }
        WW_TRY(AtomicFile file,
               AtomicFile::create(copy, status.st_mode & 07777, /*force_mode=*/true));
        // Best effort, as AtomicFile does: an unprivileged writer keeps its own ownership.
        if (::fchown(file.fd(), status.st_uid, status.st_gid) == 0 &&
            ::fchmod(file.fd(), status.st_mode & 07777) != 0)
            return Error::from_errno(errno, "chmod " + copy);
        WW_TRY_VOID(write_all(file.fd(), bytes, copy));
        WW_TRY_VOID(file.commit());
        return copy;
    }
    return Error(ErrorCode::FailedPrecondition, fmt::format("{} has too many old copies", path))
        .with_hint("remove some of " + path + "-old.*");
}

}  // namespace ww
