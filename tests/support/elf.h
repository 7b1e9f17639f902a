// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ww::test {

inline constexpr uint8_t kElfX86 = 62;
inline constexpr uint8_t kElfArm = 183;

/// The header of a 64-bit program for this machine and no more: enough to tell an architecture.
/// Source: elf(5).
inline std::string elf_head(uint8_t machine) {
    constexpr std::string_view kMagic(
        "\x7f"
        "ELF\x02\x01\x01",
        7);
    std::string head(64, '\0');
    head.replace(0, kMagic.size(), kMagic);
    head[18] = static_cast<char>(machine);
    return head;
}

}  // namespace ww::test
