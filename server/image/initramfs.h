// SPDX-License-Identifier: BSD-3-Clause
//
// Finds the initramfs that belongs to a kernel, for two-stage boot.
// Source: reference/images-and-boot.md §2.5.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"
#include "image/kernel.h"

namespace ww::image {

/// What `uname -r` will say: "/boot/vmlinuz-R", "/lib/modules/R/vmlinuz". Empty: the path does not
/// tell.
std::string_view release_of_kernel(std::string_view path);

/// Paths in the image, in search order: boot/initramfs-*, boot/initrd-*, boot/initrd.img-*.
std::vector<std::string> find_initramfs_files(FolderScan& scan);

/// The one of `files` for `kernel`: made for the very same release ("initramfs-R.img" for
/// "vmlinuz-R"), else one of the same version, else one whose version starts with the kernel's.
/// None for a kernel without a version.
const std::string* initramfs_for(const Kernel& kernel, std::span<const std::string> files);

}  // namespace ww::image
