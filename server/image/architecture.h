// SPDX-License-Identifier: BSD-3-Clause
//
// What machines a root tree and a kernel are for, found in their headers and never guessed from
// names. Sources: elf(5); PE Format "PE Signature", "COFF File Header"; Linux, Documentation/
// arch/x86/boot.rst, arch/arm64/booting.rst, arch/arm/boot/zimage.
#pragma once

#include <optional>
#include <string_view>

#include "base/confined_dir.h"
#include "base/machine/architecture.h"

namespace ww::image {

/// Longer than the headers that are looked at.
inline constexpr size_t kHeaderBytes = 4096;

/// Of the first bytes of a program. None if they are no ELF header, or of a machine without a name.
std::optional<Architecture> architecture_of_program(std::string_view head);

/// Of the first bytes of a kernel, unpacked: an EFI stub's PE header, an x86 bzImage, an arm64
/// Image, an arm zImage.
std::optional<Architecture> architecture_of_kernel(std::string_view head);

/// Of the tree's init, or of its shell where that is none; links are followed inside the tree.
/// None where there is no program ("/sbin/init" is a script, and there is no shell).
std::optional<Architecture> architecture_of_tree(const ConfinedDir& rootfs);

/// Of the kernel at `path` in the tree, which may be packed (vmlinuz.gz, as arm64 has it).
std::optional<Architecture> architecture_of_kernel_file(const ConfinedDir& rootfs,
                                                        std::string_view path);

}  // namespace ww::image
