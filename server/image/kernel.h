// SPDX-License-Identifier: BSD-3-Clause
//
// Finds the kernels of an image and chooses the one a node boots. Everything is looked up inside
// the root file system: a link in it, absolute or not, leads where it would lead on a node and
// never to a file of the server. Source: reference/images-and-boot.md §2.1-2.4.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"
#include "image/version.h"

namespace ww::image {

class FolderScan;

struct Kernel {
    std::string path;                // in the image: "/boot/vmlinuz-6.1.0-18-amd64"
    std::optional<Version> version;  // of the path; none in "vmlinuz-linux"
    bool debug = false;
    bool rescue = false;

    explicit Kernel(std::string path_in_image);
    std::string version_text() const { return version ? version->text() : std::string(); }
};

/// In search order: boot/Image-*, boot/vmlinuz-linux*, boot/vmlinuz-*, lib/modules/*/vmlinuz,
/// lib/modules/*/vmlinuz.gz; sorted within each. No path comes twice.
std::vector<Kernel> find_kernels(FolderScan& scan);
std::vector<Kernel> find_kernels(const ConfinedDir& rootfs);

/// The highest version that is neither debug nor rescue; of equals the first. None if there is
/// none.
const Kernel* default_kernel(std::span<const Kernel> kernels);

/// The kernel for a node whose "kernel: version" is `wanted`: empty is the default; a path of a
/// file in the image is that file; otherwise the first kernel, in search order, whose version
/// starts with `wanted`, debug and rescue left out.
std::optional<Kernel> choose_kernel(const ConfinedDir& rootfs,
                                    std::span<const Kernel> kernels,
                                    std::string_view wanted);

/// The same among kernels that were kept: a path is that of one of them.
std::optional<Kernel> choose_kernel(std::span<const Kernel> kernels, std::string_view wanted);

}  // namespace ww::image
