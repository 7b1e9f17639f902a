// SPDX-License-Identifier: BSD-3-Clause
//
// BootFiles: all that an image has to boot with, found once and kept until one of the folders it
// was found in changes. A storm of nodes asks the same question thousands of times a second; the
// answer then costs a stat of a handful of folders.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"
#include "base/file.h"
#include "image/compression/compression.h"
#include "image/kernel.h"

namespace ww::image {

/// Immutable once made; share it between threads.
struct BootFiles {
    std::vector<Kernel> kernels;         // see find_kernels()
    std::vector<std::string> initramfs;  // see find_initramfs_files()
    std::string shim;                    // path in the image, or empty
    std::string grub;
    ZstdEvidence zstd = ZstdEvidence::None;  // whether all kernels unpack it

    static BootFiles find(const ConfinedDir& rootfs);
};

/// Safe to use from any thread.
class BootFilesCache {
   public:
    BootFilesCache();
    ~BootFilesCache();

    /// What `rootfs` has now.
    std::shared_ptr<const BootFiles> get(const ConfinedDir& rootfs);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Opens a file found in an image for sending. Errors: NotFound (also for a link that leads nowhere
/// and for anything but a regular file), PermissionDenied, Io.
Result<UniqueFd> open_boot_file(const ConfinedDir& rootfs, std::string_view path);

}  // namespace ww::image
