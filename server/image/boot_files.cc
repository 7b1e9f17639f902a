// SPDX-License-Identifier: BSD-3-Clause
#include "image/boot_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <map>

#include "base/guarded.h"
#include "image/folder_scan.h"
#include "image/initramfs.h"
#include "image/shim_grub.h"

namespace ww::image {

namespace {

/// More images than any site has; a bound for names that come and go.
constexpr size_t kMaxKept = 256;

BootFiles find_all(const ConfinedDir& rootfs, FolderScan& scan) {
    BootFiles files;
    files.kernels = find_kernels(scan);
    files.initramfs = find_initramfs_files(scan);
    files.shim = find_shim(scan);
    files.grub = find_grub(scan);
    files.zstd = zstd_support(rootfs, files.kernels).evidence;
    return files;
}

struct Kept {
    std::shared_ptr<const BootFiles> files;
    FolderStates states;
};

}  // namespace

BootFiles BootFiles::find(const ConfinedDir& rootfs) {
    FolderScan scan(rootfs);
    return find_all(rootfs, scan);
}

struct BootFilesCache::State {
    Guarded<std::map<std::string, std::shared_ptr<const Kept>>> by_rootfs;
};

BootFilesCache::BootFilesCache() : state_(std::make_unique<State>()) {}
BootFilesCache::~BootFilesCache() = default;

std::shared_ptr<const BootFiles> BootFilesCache::get(const ConfinedDir& rootfs) {
    const auto kept = state_->by_rootfs.with([&](auto& by_rootfs) -> std::shared_ptr<const Kept> {
        const auto at = by_rootfs.find(rootfs.path());
        return at == by_rootfs.end() ? nullptr : at->second;
    });
    if (kept && kept->states.hold(rootfs)) return kept->files;

    FolderScan scan(rootfs);
    auto found = std::make_shared<Kept>();
    found->files = std::make_shared<const BootFiles>(find_all(rootfs, scan));
    found->states = scan.states();
    state_->by_rootfs.with([&](auto& by_rootfs) {
        if (by_rootfs.size() >= kMaxKept) by_rootfs.clear();
        by_rootfs[rootfs.path()] = found;
    });
    return found->files;
}

Result<UniqueFd> open_boot_file(const ConfinedDir& rootfs, std::string_view path) {
    WW_TRY(UniqueFd fd, rootfs.open_file(path, O_RDONLY));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0)
        return Error::from_errno(errno, fmt::format("stat {}", path));
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::NotFound,
                     fmt::format("{} in {} is not a file", path, rootfs.path()));
    return fd;
}

}  // namespace ww::image
