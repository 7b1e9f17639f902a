// SPDX-License-Identifier: BSD-3-Clause
//
// Compression: what an image's archive is packed with for its nodes. "NAME.img.gz" is gzip whatever
// is chosen, since loaders, dracut and older templates ask for nothing else; zstd lies beside it,
// for the kernels that unpack it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/confined_dir.h"
#include "image/kernel.h"

namespace ww::image {

enum class Compression : uint8_t {
    Default,  // Zstd if the configuration of every kernel says that it unpacks it, else Gzip
    Gzip,     // quick
    Best,     // the smallest gzip
    Zstd,     // Gzip, and zstd beside it
    None,     // a gzip that holds the archive as it is: the quickest to unpack
};

/// The word of the command line and the record: "default", "gzip", "best", "zstd", "none".
std::string_view to_string(Compression compression);
std::optional<Compression> compression_from(std::string_view word);

/// How it is known whether all kernels of an image unpack an initramfs packed by zstd.
enum class ZstdEvidence : uint8_t {
    None,     // one does not, or there is none
    Version,  // of one without configuration the version says it: 5.9 is the first that can
    Config,   // CONFIG_RD_ZSTD=y of each
};

struct ZstdSupport {
    ZstdEvidence evidence = ZstdEvidence::None;
    std::string lacking;  // path of the first kernel that does not; empty if there is none at all
};

/// Looks for /boot/config-RELEASE and /lib/modules/RELEASE/config.
/// Source: Linux, init/Kconfig and usr/Kconfig "RD_ZSTD" (since 5.9), lib/decompress_unzstd.c.
ZstdSupport zstd_support(const ConfinedDir& rootfs, std::span<const Kernel> kernels);

}  // namespace ww::image
