// SPDX-License-Identifier: BSD-3-Clause
#include "image/kernel.h"

#include <unordered_set>

#include "base/path.h"
#include "image/folder_scan.h"

namespace ww::image {

namespace {

bool bootable_by_default(const Kernel& kernel) { return !kernel.debug && !kernel.rescue; }

}  // namespace

Kernel::Kernel(std::string path_in_image)
    : path(std::move(path_in_image)),
      version(Version::find(path)),
      debug(path.find("+debug") != std::string::npos),
      rescue(path.find("-rescue") != std::string::npos) {}

std::vector<Kernel> find_kernels(FolderScan& scan) {
    std::vector<std::string> paths;
    // SUSE on aarch64 first: the vmlinux beside its Image does not boot.
    for (const std::string_view pattern : {"Image-*", "vmlinuz-linux*", "vmlinuz-*"})
        for (const std::string& name : scan.files("/boot", pattern))
            paths.push_back("/boot/" + name);
    for (const std::string_view pattern : {"vmlinuz", "vmlinuz.gz"})
        for (const std::string& release : scan.names("/lib/modules", "*")) {
            const std::string folder = "/lib/modules/" + release;
            for (const std::string& name : scan.files(folder, pattern))
                paths.push_back(folder + "/" + name);
        }
    std::vector<Kernel> kernels;
    std::unordered_set<std::string> seen;  // vmlinuz-linux matches two of the patterns
    for (std::string& path : paths)
        if (seen.insert(path).second) kernels.emplace_back(std::move(path));
    return kernels;
}

std::vector<Kernel> find_kernels(const ConfinedDir& rootfs) {
    FolderScan scan(rootfs);
    return find_kernels(scan);
}

const Kernel* default_kernel(std::span<const Kernel> kernels) {
    const Kernel* best = nullptr;
    for (const Kernel& kernel : kernels)
        if (bootable_by_default(kernel) && (best == nullptr || kernel.version > best->version))
            best = &kernel;
    return best;
}

std::optional<Kernel> choose_kernel(const ConfinedDir& rootfs,
                                    std::span<const Kernel> kernels,
                                    std::string_view wanted) {
    if (!wanted.empty()) {
        std::string path = rooted_path(wanted);
        const auto status = rootfs.link_status(path);
        if (status && !S_ISDIR(status->st_mode)) return Kernel(std::move(path));
    }
    return choose_kernel(kernels, wanted);
}

std::optional<Kernel> choose_kernel(std::span<const Kernel> kernels, std::string_view wanted) {
    if (wanted.empty()) {
        const Kernel* best = default_kernel(kernels);
        return best != nullptr ? std::optional(*best) : std::nullopt;
    }
    const std::string path = rooted_path(wanted);
    for (const Kernel& kernel : kernels)
        if (kernel.path == path) return kernel;
    for (const Kernel& kernel : kernels)
        if (bootable_by_default(kernel) && kernel.version &&
            kernel.version->text().starts_with(wanted))
            return kernel;
    return std::nullopt;
}

}  // namespace ww::image
