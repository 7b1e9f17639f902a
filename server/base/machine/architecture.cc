// SPDX-License-Identifier: BSD-3-Clause
#include "base/machine/architecture.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace ww {

namespace {

struct ArchitectureRow {
    Architecture architecture;
    std::string_view kernel;
    std::string_view go;
    std::array<std::string_view, 3> others;  // Debian, GRUB, iPXE, rpm, where they differ
    uint16_t elf;
    bool wide;  // 64 bits
    bool little_endian;
    uint16_t pe;  // 0: not known to PE
};

constexpr std::array<ArchitectureRow, 7> kArchitectures{{
    {Architecture::X86_64, "x86_64", "amd64", {"x86-64", "x64", ""}, 62, true, true, 0x8664},
    {Architecture::Aarch64, "aarch64", "arm64", {"armv8", "arm64v8", ""}, 183, true, true, 0xaa64},
    {Architecture::I386, "i686", "386", {"i386", "i586", "x86"}, 3, false, true, 0x14c},
    {Architecture::Arm, "armv7l", "arm", {"armhf", "armv7", "arm32"}, 40, false, true, 0x1c2},
    {Architecture::Ppc64le, "ppc64le", "ppc64le", {"ppc64el", "", ""}, 21, true, true, 0},
    {Architecture::Riscv64, "riscv64", "riscv64", {"", "", ""}, 243, true, true, 0x5064},
    {Architecture::S390x, "s390x", "s390x", {"", "", ""}, 22, true, false, 0},
}};

const ArchitectureRow& row_of(Architecture architecture) {
    return kArchitectures[static_cast<size_t>(architecture)];
}

}  // namespace

std::string_view to_string(Architecture architecture) { return row_of(architecture).kernel; }
std::string_view go_name(Architecture architecture) { return row_of(architecture).go; }

std::optional<Architecture> architecture_from(std::string_view word) {
    if (word.empty()) return std::nullopt;
    for (const ArchitectureRow& row : kArchitectures) {
        if (same_ignoring_case(word, row.kernel) || same_ignoring_case(word, row.go))
            return row.architecture;
        if (std::any_of(row.others.begin(), row.others.end(), [&](std::string_view other) {
                return same_ignoring_case(word, other);
            }))
            return row.architecture;
    }
    return std::nullopt;
}

std::optional<Architecture> architecture_of_elf(uint16_t machine, bool wide, bool little_endian) {
    for (const ArchitectureRow& row : kArchitectures)
        if (row.elf == machine && row.wide == wide && row.little_endian == little_endian)
            return row.architecture;
    return std::nullopt;
}

std::optional<Architecture> architecture_of_pe(uint16_t machine) {
    // Thumb and "ARM" are machines beside the Thumb-2 of the table.
    if (machine == 0x1c0 || machine == 0x1c4) return Architecture::Arm;
    for (const ArchitectureRow& row : kArchitectures)
        if (row.pe != 0 && row.pe == machine) return row.architecture;
    return std::nullopt;
}

std::optional<Architecture> architecture_of_dhcp(uint16_t type) {
    switch (type) {
        case 6:   // UEFI IA32
        case 15:  // the same by HTTP
            return Architecture::I386;
        case 7:   // UEFI x64
        case 9:   // EBC, which firmware of x64 says
        case 16:  // x64 by HTTP
            return Architecture::X86_64;
        case 10:
        case 18:
        case 21:  // U-Boot
        case 23:
            return Architecture::Arm;
        case 11:
        case 19:
        case 22:  // U-Boot
        case 24:
            return Architecture::Aarch64;
        case 27:
        case 28:
            return Architecture::Riscv64;
        default:  // 0 is a BIOS: of which width, it does not say
            return std::nullopt;
    }
}

Architecture own_architecture() {
#if defined(__x86_64__)
    return Architecture::X86_64;
#elif defined(__aarch64__)
    return Architecture::Aarch64;
#elif defined(__i386__)
    return Architecture::I386;
#elif defined(__arm__)
    return Architecture::Arm;
#elif defined(__powerpc64__)
    return Architecture::Ppc64le;
#elif defined(__riscv)
    return Architecture::Riscv64;
#elif defined(__s390x__)
    return Architecture::S390x;
#else
#error "an architecture without a row in the table"
#endif
}

bool runs(Architecture machine, Architecture program) {
    return machine == program || (machine == Architecture::X86_64 && program == Architecture::I386);
}

}  // namespace ww
