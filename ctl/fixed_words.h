// SPDX-License-Identifier: BSD-3-Clause
//
// Values that are one of a few words: what Tab offers for them. What wwd refuses is in its own
// tables; `e2e/test_wwctl_words.py` holds the two together.
#pragma once

#include <span>
#include <string_view>

#include "ctl/flag.h"

namespace ww::ctl {

namespace words {

inline constexpr std::string_view kBooleans[] = {"false", "true"};
inline constexpr std::string_view kBootDevices[] = {"bios", "disk", "pxe"};
inline constexpr std::string_view kCompressions[] = {"best", "default", "gzip", "none", "zstd"};
inline constexpr std::string_view kIpmiInterfaces[] = {"lan", "lanplus"};
inline constexpr std::string_view kKeyTypes[] = {"ecdsa", "ed25519", "rsa"};
inline constexpr std::string_view kNetworkTypes[] = {"bond", "ethernet", "infiniband", "vlan"};
inline constexpr std::string_view kPlatforms[] = {"aarch64", "x86_64"};
inline constexpr std::string_view kRoles[] = {"admin", "operator", "read-only"};
inline constexpr std::string_view kRoots[] = {"initramfs", "tmpfs"};
inline constexpr std::string_view kShells[] = {"bash", "fish", "powershell", "zsh"};

}  // namespace words

/// Empty: it is no such value.
constexpr std::span<const std::string_view> fixed_words(Complete kind) {
    switch (kind) {
        case Complete::Booleans:
            return words::kBooleans;
        case Complete::BootDevices:
            return words::kBootDevices;
        case Complete::Compressions:
            return words::kCompressions;
        case Complete::IpmiInterfaces:
            return words::kIpmiInterfaces;
        case Complete::KeyTypes:
            return words::kKeyTypes;
        case Complete::NetworkTypes:
            return words::kNetworkTypes;
        case Complete::Platforms:
            return words::kPlatforms;
        case Complete::Roles:
            return words::kRoles;
        case Complete::Roots:
            return words::kRoots;
        case Complete::Shells:
            return words::kShells;
        default:
            return {};
    }
}

}  // namespace ww::ctl
