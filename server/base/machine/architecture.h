// SPDX-License-Identifier: BSD-3-Clause
//
// Processor architectures by every name they go by: the kernel's (uname -m), Go's and so OCI's,
// Debian's, iPXE's ${buildarch}, GRUB's $grub_cpu, the numbers in ELF and PE headers and in DHCP.
// One table; who needs another spelling adds a column.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ww {

enum class Architecture : uint8_t {
    X86_64,
    Aarch64,
    I386,
    Arm,
    Ppc64le,
    Riscv64,
    S390x,
};

/// As `uname -m` has it, which is the word administrators see: "x86_64", "aarch64".
std::string_view to_string(Architecture architecture);
/// As Go has it, and with it OCI and container registries: "amd64", "arm64".
std::string_view go_name(Architecture architecture);

/// Any of the spellings, without regard to case: "arm64", "aarch64", "AMD64".
std::optional<Architecture> architecture_from(std::string_view word);

/// e_machine of an ELF header, with whether it is a 64-bit, little-endian one.
/// Source: elf(5), System V ABI "Machine Information".
std::optional<Architecture> architecture_of_elf(uint16_t machine, bool wide, bool little_endian);
/// Machine of a PE/COFF header. Source: PE Format, "Machine Types".
std::optional<Architecture> architecture_of_pe(uint16_t machine);
/// DHCP option 93. Source: RFC 4578 §2.1, IANA "Processor Architecture Types".
std::optional<Architecture> architecture_of_dhcp(uint16_t type);

/// What this program was built for.
Architecture own_architecture();

/// Whether a machine of one runs programs and kernels of the other: the same, or its 32-bit elder.
bool runs(Architecture machine, Architecture program);

}  // namespace ww
