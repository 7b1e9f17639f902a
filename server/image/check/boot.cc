// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "image/architecture.h"
#include "image/boot_files.h"
#include "image/check/check.h"
#include "image/initramfs.h"

namespace ww::image {

namespace {

/// Where run-init of the overlay wwinit looks.
constexpr std::array kInits = {"sbin/init", "etc/init", "bin/init"};
constexpr const char* kDracutModule = "usr/lib/dracut/modules.d/90wwinit";

bool can_run(const ConfinedDir& rootfs, const std::string& path) {
    const auto status = rootfs.status(path);
    return status && S_ISREG(status->st_mode) && (status->st_mode & 0111) != 0;
}

bool is_folder(const ConfinedDir& rootfs, const std::string& path) {
    const auto status = rootfs.status(path);
    return status && S_ISDIR(status->st_mode);
}

std::string text_of(std::optional<Architecture> architecture) {
    return architecture ? std::string(to_string(*architecture)) : "unknown";
}

void check_kernel(const ConfinedDir& rootfs,
                  const Kernel& kernel,
                  std::optional<Architecture> architecture,
                  Findings& findings) {
    const auto machine = architecture_of_kernel_file(rootfs, kernel.path);
    if (machine && architecture && !runs(*machine, *architecture))
        findings.push_back({Kind::WrongKernel,
                            kernel.path,
                            fmt::format("{} and {}", text_of(machine), text_of(architecture))});
    std::string release(release_of_kernel(kernel.path));
    if (release.ends_with(".gz")) release.resize(release.size() - 3);
    if (release.empty()) return;
    const std::string modules = fmt::format("lib/modules/{}", release);
    if (!is_folder(rootfs, modules + "/kernel"))
        findings.push_back({Kind::NoModules, "/" + modules, kernel.path, release});
    else if (!rootfs.status(modules + "/modules.dep"))
        findings.push_back({Kind::NoModuleList, "/" + modules, kernel.path, release});
}

}  // namespace

void check_boot(const ConfinedDir& rootfs,
                std::optional<Architecture> architecture,
                bool two_stage,
                Findings& findings) {
    if (!can_run(rootfs, "bin/sh")) findings.push_back({Kind::NoShell, "/bin/sh"});
    if (std::ranges::none_of(kInits, [&](const char* path) { return can_run(rootfs, path); }))
        findings.push_back({Kind::NoInit, "/sbin/init"});
    const BootFiles files = BootFiles::find(rootfs);
    const Kernel* usual = default_kernel(files.kernels);
    if (usual == nullptr) findings.push_back({Kind::NoKernel, "/boot"});
    // A kernel's copies in /boot and /lib/modules are one.
    std::vector<std::string_view> releases;
    for (const Kernel& kernel : files.kernels) {
        const std::string_view release = release_of_kernel(kernel.path);
        if (kernel.rescue || std::ranges::find(releases, release) != releases.end()) continue;
        releases.push_back(release);
        check_kernel(rootfs, kernel, architecture, findings);
    }
    if (!two_stage || usual == nullptr) return;
    if (!is_folder(rootfs, kDracutModule))
        findings.push_back({Kind::NoDracutModule, fmt::format("/{}", kDracutModule)});
    if (initramfs_for(*usual, files.initramfs) == nullptr) {
        const std::string release(release_of_kernel(usual->path));
        findings.push_back(
            {Kind::NoInitramfs, fmt::format("/boot/initramfs-{}.img", release), {}, release});
    }
}

}  // namespace ww::image
