// SPDX-License-Identifier: BSD-3-Clause
#include "image/compression/compression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "image/initramfs.h"

namespace ww::image {

namespace {

constexpr std::array<std::pair<Compression, std::string_view>, 5> kCompressionWords{{
    {Compression::Default, "default"},
    {Compression::Gzip, "gzip"},
    {Compression::Best, "best"},
    {Compression::Zstd, "zstd"},
    {Compression::None, "none"},
}};

/// Ten times what distributions have.
constexpr int64_t kMaxKernelConfigBytes = 4 << 20;

bool has_line(std::string_view text, std::string_view line) {
    for (size_t at = text.find(line); at != std::string_view::npos; at = text.find(line, at + 1)) {
        const size_t end = at + line.size();
        if ((at == 0 || text[at - 1] == '\n') && (end == text.size() || text[end] == '\n'))
            return true;
    }
    return false;
}

ZstdEvidence evidence_of(const ConfinedDir& rootfs, const Kernel& kernel) {
    std::string_view release = release_of_kernel(kernel.path);
    if (release.ends_with(".gz")) release.remove_suffix(3);
    if (!release.empty())
        for (const std::string& path : {fmt::format("boot/config-{}", release),
                                        fmt::format("lib/modules/{}/config", release)})
            if (const auto text = rootfs.read(path, kMaxKernelConfigBytes))
                return has_line(*text, "CONFIG_RD_ZSTD=y") ? ZstdEvidence::Config
                                                           : ZstdEvidence::None;
    // Of an unknown configuration: no distribution has turned it off since there is such a thing.
    static const auto last_without = Version::find("5.8.999999");
    return kernel.version && *kernel.version > *last_without ? ZstdEvidence::Version
                                                             : ZstdEvidence::None;
}

}  // namespace

std::string_view to_string(Compression compression) {
    return std::ranges::find(
               kCompressionWords, compression, &std::pair<Compression, std::string_view>::first)
        ->second;
}

std::optional<Compression> compression_from(std::string_view word) {
    for (const auto& [compression, name] : kCompressionWords)
        if (name == word) return compression;
    return std::nullopt;
}

ZstdSupport zstd_support(const ConfinedDir& rootfs, std::span<const Kernel> kernels) {
    if (kernels.empty()) return {};
    ZstdSupport support{.evidence = ZstdEvidence::Config, .lacking = {}};
    for (const Kernel& kernel : kernels) {
        support.evidence = std::min(support.evidence, evidence_of(rootfs, kernel));
        if (support.evidence == ZstdEvidence::None) {
            support.lacking = kernel.path;
            break;
        }
    }
    return support;
}

}  // namespace ww::image
