// SPDX-License-Identifier: BSD-3-Clause
//
// ConfinedDir: a folder whose contents we do not trust (an image, an overlay, /files). Paths are
// resolved by the kernel with the folder as their root, so neither ".." nor a link, absolute or
// relative, can leave it. Never join such paths as strings.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ww {

class ConfinedDir {
   public:
    /// Errors: NotFound, Io.
    static Result<ConfinedDir> open(const std::string& path);

    const std::string& path() const { return path_; }
    int fd() const { return fd_.get(); }

    /// open(2) of `relative` (a leading "/" is the root of this folder). Absolute links inside
    /// count from the root of the folder, as they would on a node. Never blocks on a FIFO. Source:
    /// openat2(2), RESOLVE_IN_ROOT. Errors: NotFound, PermissionDenied, Io.
    Result<UniqueFd> open_file(std::string_view relative, int flags = 0, mode_t mode = 0) const;

    /// Regular files only. Errors as open_file, and InvalidArgument for anything else.
    Result<std::string> read(std::string_view relative, int64_t max_bytes = kMaxConfigBytes) const;

    Result<struct stat> status(std::string_view relative) const;       // follows links
    Result<struct stat> link_status(std::string_view relative) const;  // does not

    /// Names in a folder, in byte order, without "." and "..". A missing folder is an empty list.
    std::vector<std::string> list(std::string_view relative) const;

   private:
    ConfinedDir() = default;
    std::string path_;
    UniqueFd fd_;
};

}  // namespace ww
