// SPDX-License-Identifier: BSD-3-Clause
//
// SourceLock: the right to change an image's folder, or to rely on it not being changed. The lock
// is a file beside the images, in a folder that only root can look into: an image's own folder can
// be opened, and so locked, by anybody. Works between processes, and goes with its holder.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/lock_file.h"
#include "base/result.h"

namespace ww::image {

class SourceLock {
   public:
    /// Waits for another holder; with a stop requested from the start it only tries. Errors:
    /// NotFound (`folder` is not there, or went away while waiting), Cancelled, Io.
    static Result<SourceLock> take(const std::string& folder, const std::stop_token& stop = {});

    SourceLock(SourceLock&&) noexcept = default;
    SourceLock& operator=(SourceLock&& other) noexcept {
        std::swap(file_, other.file_);
        std::swap(folder_, other.folder_);
        return *this;
    }
    ~SourceLock();

   private:
    explicit SourceLock(LockFile file) : file_(std::move(file)) {}
    explicit SourceLock(UniqueFd folder) : folder_(std::move(folder)) {}

    std::optional<LockFile> file_;
    UniqueFd folder_;  // where no file can be made
};

}  // namespace ww::image
