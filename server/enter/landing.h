// SPDX-License-Identifier: BSD-3-Clause
//
// Where a path leads in a tree whose links nobody has checked, also if it leads to nothing yet:
// Debian's /etc/resolv.conf is a link into a folder that only a running machine has.
#pragma once

#include <string>
#include <string_view>

#include "base/confined_dir.h"
#include "base/result.h"

namespace ww::enter {

struct Landing {
    std::string path;  // beneath the root, without links or dots; empty: the root itself
    bool exists = false;
    bool parent_exists = false;

    /// Whether it is `folder` or below it.
    bool within(std::string_view folder) const;
};

/// Follows links as if `root` were "/". Errors: Unprocessable (links in a circle, or a file where a
/// folder must be), PermissionDenied, Io.
Result<Landing> land(const ConfinedDir& root, std::string_view path);

enum class Leaf { File, Folder };

/// Makes what is missing of `path`, which has no links in it, beneath `folder`: folders, 0755, and
/// an empty file or a folder at its end. Errors: AlreadyExists (something else is there), Io.
Result<void> make_path(int folder, const std::string& path, Leaf leaf);

}  // namespace ww::enter
