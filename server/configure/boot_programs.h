// SPDX-License-Identifier: BSD-3-Clause
//
// Where packages of Debian, EL and SUSE put iPXE, shim and GRUB. Source:
// reference/images-and-boot.md §2.7, §2.8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configure/machine.h"

namespace ww::configure {

struct BootProgram {
    std::string path;            // without the machine's root; empty: there is none
    bool is_configured = false;  // not another distribution's name for the same thing
};

/// The file `configured`, else a known one for this DHCP architecture code ("00:07").
BootProgram find_boot_program(const Machine& machine,
                              const std::string& configured,
                              std::string_view code);
/// "UEFI x86_64"; "other" for a code that is not known.
std::string_view architecture_of(std::string_view code);
/// What brings a program for that code.
Software software_of(std::string_view code);

/// The server's own, of its architecture; empty if there is none.
std::string find_shim(const Machine& machine);
std::string find_grub(const Machine& machine);

/// What a GRUB loads from the folder `grub` of TFTP, and where it has that.
struct GrubModules {
    std::string platform;            // "x86_64-efi", a folder of `grub`
    std::vector<std::string> files;  // empty: they are not installed
};
/// Debian's GRUB for the network holds little, and nothing for HTTP; nothing for those of EL and
/// SUSE, which hold all. `grub` as find_grub() has it.
std::optional<GrubModules> modules_of(const Machine& machine, std::string_view grub);

}  // namespace ww::configure
