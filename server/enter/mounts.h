// SPDX-License-Identifier: BSD-3-Clause
//
// mount(2) on descriptors: a place that was found beneath a tree we do not trust is mounted on
// without looking its path up again.
#pragma once

#include <string>
#include <string_view>

#include "base/confined_dir.h"
#include "base/result.h"

namespace ww::enter {

/// The path by which the kernel finds what a descriptor is open on.
std::string path_of(int fd);

/// A new file system of this type. Errors: Io, PermissionDenied.
Result<void> mount_new(std::string_view type,
                       int target,
                       unsigned long flags,
                       const std::string& options = {});

enum class Depth { One, WithMountsBelow };
/// Shows `source` at `target`, too.
Result<void> mount_bind(int source, int target, Depth depth = Depth::One);

/// Makes what is mounted at `path` read-only for whoever sees it there.
Result<void> make_readonly(const ConfinedDir& root, const std::string& path);

/// From here on nothing mounted shows outside of this mount namespace, nor the other way round.
Result<void> make_private();

/// Makes `folder`, a mount point, the root of this process, and lets go of the old one.
Result<void> become_root(int folder);

}  // namespace ww::enter
