// SPDX-License-Identifier: BSD-3-Clause
#include "image/served_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "archive/pair_writer.h"

namespace ww::image {

Result<ServedFile> ServedFile::create(const std::string& path) {
    const auto access = archive::FileAccess::of_served_files();
    WW_TRY(AtomicFile file, AtomicFile::create(path, access.mode, /*force_mode=*/true));
    if (access.group && ::fchown(file.fd(), static_cast<uid_t>(-1), *access.group) != 0)
        return Error::from_errno(errno, "change the group of " + path);
    return ServedFile(std::move(file), path);
}

Result<void> ServedFile::finish(int64_t mtime_ns) {
    constexpr int64_t kSecond = 1'000'000'000;
    const timespec time{mtime_ns / kSecond, mtime_ns % kSecond};
    const std::array<timespec, 2> times{time, time};
    if (::futimens(file_.fd(), times.data()) != 0)
        return Error::from_errno(errno, "set the time of " + path_);
    return file_.sync();
}

Result<void> ServedFile::rename() {
    if (const int failed = file_.rename(); failed != 0)
        return Error::from_errno(failed, "rename a new file to " + path_);
    return file_.sync_folder();
}

}  // namespace ww::image
