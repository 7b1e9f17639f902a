// SPDX-License-Identifier: BSD-3-Clause
//
// SourceLock: the right to change an image's folder, or to rely on it not being changed. Taken on
// the folder itself, so it works between processes, needs no file, and goes with its holder.
#pragma once

#include <stop_token>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ww::image {

class SourceLock {
   public:
    /// Waits for another holder. Errors: NotFound (`folder` is not there, or went away while
    /// waiting), Cancelled, Io.
    static Result<SourceLock> take(const std::string& folder, const std::stop_token& stop = {});

   private:
    explicit SourceLock(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace ww::image
