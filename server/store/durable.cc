// SPDX-License-Identifier: BSD-3-Clause
#include "store/durable.h"

#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/log.h"
#include "base/path.h"

namespace ww::store {

Result<void> sync_name(const std::string& path) {
    return sync_folder(std::string(folder_of(path)));
}

void remove_durably(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        log::warn("store.recovery {}", Error::from_errno(errno, "remove " + path).message());
    else if (const auto synced = sync_name(path); !synced)
        log::warn("store.sync {}", synced.error().describe());
}

}  // namespace ww::store
