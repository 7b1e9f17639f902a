// SPDX-License-Identifier: BSD-3-Clause
//
// /proc, /sys, /dev and /run as a program inside an image sees them: of its own, so that a package
// script that tidies up there does not reach this machine's. No disks, no settings of the kernel.
// Source: file-hierarchy(7); systemd.io, "The Container Interface".
#pragma once

#include "base/confined_dir.h"
#include "base/result.h"

namespace ww::enter {

/// Where they are mounted; their folders must be there.
inline constexpr const char* kKernelFolders[] = {"proc", "sys", "dev", "run"};
/// Those that begin empty, and in which anything may be made.
inline constexpr const char* kFreshFolders[] = {"dev", "run"};

/// Errors: Unprocessable (no folder in the image, or none that can be one), Io, PermissionDenied.
Result<void> mount_kernel_folders(const ConfinedDir& root);

}  // namespace ww::enter
