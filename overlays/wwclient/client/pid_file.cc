// SPDX-License-Identifier: BSD-3-Clause
#include "client/pid_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace ww::client {

Result<PidFile> PidFile::take(const std::string& path) {
    PidFile file;
    file.path_ = path;
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd.valid()) return Error::from_errno(errno, fmt::format("open {}", path));
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        return Error(ErrorCode::AlreadyExists,
                     fmt::format("wwclient is running already (see {})", path));
    }
    if (ftruncate(fd.get(), 0) != 0) return Error::from_errno(errno, fmt::format("write {}", path));
    WW_TRY_VOID(write_all(fd.get(), fmt::format("{}\n", getpid()), path));
    file.fd_ = std::move(fd);
    return file;
}

PidFile::~PidFile() {
    if (fd_.valid()) unlink(path_.c_str());
}

}  // namespace ww::client
