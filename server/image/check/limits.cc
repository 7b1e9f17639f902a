// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "image/boot_files.h"
#include "image/check/check.h"

namespace ww::image {

namespace {

/// The last address an initrd may be at, by the header of an x86 kernel. None for others, and for
/// kernels too old to say. Source: boot.rst, "initrd_addr_max", protocol 2.03.
std::optional<uint64_t> initrd_limit(const ConfinedDir& rootfs, const Kernel& kernel) {
    constexpr size_t kSignatureAt = 0x202;
    constexpr size_t kVersionAt = 0x206;
    constexpr size_t kLimitAt = 0x22c;
    constexpr size_t kHeaderEnd = kLimitAt + 4;
    const auto fd = open_boot_file(rootfs, kernel.path);
    if (!fd) return std::nullopt;
    std::string head(kHeaderEnd, '\0');
    if (::pread(fd->get(), head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()) ||
        head.substr(kSignatureAt, 4) != "HdrS")
        return std::nullopt;
    const auto byte = [&](size_t at) { return uint32_t{static_cast<unsigned char>(head[at])}; };
    if ((byte(kVersionAt + 1) << 8 | byte(kVersionAt)) < 0x203) return std::nullopt;
    return byte(kLimitAt) | byte(kLimitAt + 1) << 8 | byte(kLimitAt + 2) << 16 |
           byte(kLimitAt + 3) << 24;
}

std::string mebibytes(uint64_t bytes) { return fmt::format("{} MiB", (bytes + 1048575) >> 20); }

}  // namespace

void check_limits(const Images& images,
                  const Variant& tree,
                  const ConfinedDir& rootfs,
                  Findings& findings) {
    const ImageFacts facts = image_facts(images, tree);
    if (facts.size == 0) return;  // it was never built
    const BootFiles files = BootFiles::find(rootfs);
    const uint64_t sent = facts.zstd_size != 0 ? facts.zstd_size : facts.compressed_size;
    const Kernel* kernel = default_kernel(files.kernels);
    const auto limit = kernel == nullptr ? std::nullopt : initrd_limit(rootfs, *kernel);
    if (limit && sent > *limit)
        findings.push_back(
            {Kind::OverInitrdLimit,
             images.compressed(tree),
             fmt::format("{}, of {} allowed", mebibytes(sent), mebibytes(*limit + 1))});
    findings.push_back({Kind::Memory,
                        images.built(tree),
                        fmt::format("{}, sent as {}: {} together",
                                    mebibytes(facts.size),
                                    mebibytes(sent),
                                    mebibytes(facts.size + sent))});
}

}  // namespace ww::image
