// SPDX-License-Identifier: BSD-3-Clause
#include "store/durable.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/log.h"
#include "base/path.h"

namespace ww::store {

Result<void> sync_name(const std::string& path) {
    const std::string folder(folder_of(path));
    const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return Error::from_errno(errno, "open " + folder);
    if (::fsync(fd.get()) != 0) return Error::from_errno(errno, "fsync " + folder);
    return {};
}

void remove_durably(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        log::warn("store.recovery {}", Error::from_errno(errno, "remove " + path).message());
    else if (const auto synced = sync_name(path); !synced)
        log::warn("store.sync {}", synced.error().describe());
}

}  // namespace ww::store
