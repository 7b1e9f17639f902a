// SPDX-License-Identifier: BSD-3-Clause
#include "image/source_lock.h"

#include "base/lock_file.h"

namespace ww::image {

Result<SourceLock> SourceLock::take(const std::string& folder, const std::stop_token& stop) {
    WW_TRY(UniqueFd fd, lock_folder(folder, LockKind::Exclusive, stop));
    return SourceLock(std::move(fd));
}

}  // namespace ww::image
