// SPDX-License-Identifier: BSD-3-Clause
//
// Walks a folder: every name in it, sorted folder by folder, a folder before its content. Goes from
// descriptor to descriptor and never through a link, so it cannot leave the tree it was given,
// whatever somebody does to it meanwhile.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::archive {

/// One name. Valid only during the call it is passed to.
struct TreeEntry {
    const std::string& path;     // from the top of the walk, no "./" in front
    const struct stat& status;   // of the name itself, as lstat
    int folder = -1;             // descriptor of the folder it is in
    const char* name = nullptr;  // the name in that folder

    /// Target of a symbolic link. Errors: Io.
    Result<std::string> link_target() const;
};

enum class Walk {
    Enter,  // go on; if this is a folder, into it
    Skip,   // go on, but not into this folder
    Stop,   // that was all
};

/// Folders inside each other; a deeper tree is not a root file system and would use up descriptors.
inline constexpr int kMaxTreeDepth = 512;

/// Calls `visit` for everything below `top` (an open folder), not for `top` itself. Its error ends
/// the walk and is returned. A name that vanishes during the walk is passed over.
/// Errors: Io, TooLarge (depth), Cancelled.
Result<void> walk_tree(int top,
                       const std::function<Result<Walk>(const TreeEntry&)>& visit,
                       std::stop_token stop = {});

}  // namespace ww::archive
