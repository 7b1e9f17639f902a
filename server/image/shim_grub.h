// SPDX-License-Identifier: BSD-3-Clause
//
// Finds the shim and the GRUB that an image brings along, for nodes that boot by GRUB: where the
// packages of EL, SUSE and Debian put them, for x86_64 and aarch64.
// Source: reference/images-and-boot.md §2.6, §2.7.
#pragma once

#include <string>

#include "base/confined_dir.h"

namespace ww::image {

class FolderScan;

/// Path in the image ("/boot/efi/EFI/rocky/shimx64.efi"), or empty. Folder by folder, in each by
/// name; a link that leads nowhere is passed over.
std::string find_shim(FolderScan& scan);
std::string find_shim(const ConfinedDir& rootfs);
std::string find_grub(FolderScan& scan);
std::string find_grub(const ConfinedDir& rootfs);

}  // namespace ww::image
