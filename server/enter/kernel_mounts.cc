// SPDX-License-Identifier: BSD-3-Clause
#include "enter/kernel_mounts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "enter/landing.h"
#include "enter/mounts.h"

namespace ww::enter {

namespace {

constexpr unsigned long kHarmless = MS_NOSUID | MS_NODEV | MS_NOEXEC;

constexpr const char* kDevices[] = {"null", "zero", "full", "random", "urandom", "tty"};

struct Link {
    const char* name;
    const char* target;
};
constexpr Link kLinks[] = {{"ptmx", "pts/ptmx"},
                           {"fd", "/proc/self/fd"},
                           {"stdin", "/proc/self/fd/0"},
                           {"stdout", "/proc/self/fd/1"},
                           {"stderr", "/proc/self/fd/2"}};

/// What writing to would change this machine.
constexpr const char* kSettings[] = {"proc/sys", "proc/sysrq-trigger"};

Result<UniqueFd> folder_in(const ConfinedDir& root, const std::string& path) {
    auto folder = root.open_file(path, O_PATH | O_DIRECTORY);
    if (!folder)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("the image has no folder /{}: {}", path, folder.error().message()))
            .with_hint("make it in the image's rootfs");
    return folder;
}

Result<void> mount_in(const ConfinedDir& root,
                      const std::string& path,
                      std::string_view type,
                      unsigned long flags,
                      const std::string& options = {}) {
    WW_TRY(const UniqueFd folder, folder_in(root, path));
    return mount_new(type, folder.get(), flags, options);
}

/// A device is lent, not made: that works where making devices is not allowed, too.
Result<void> lend(const ConfinedDir& root, int source, const std::string& name) {
    const std::string path = "dev/" + name;
    WW_TRY(const UniqueFd dev, root.open_file("dev", O_RDONLY | O_DIRECTORY));
    WW_TRY_VOID(make_path(dev.get(), name, Leaf::File));
    WW_TRY(const UniqueFd target, root.open_file(path, O_PATH));
    return mount_bind(source, target.get());
}

/// The caller's is one of this machine's; as the console tty(1) finds it. Opened by its name, since
/// the descriptor belongs to mounts of the caller.
Result<void> lend_terminal(const ConfinedDir& root) {
    std::array<char, PATH_MAX> name{};
    if (::ttyname_r(STDIN_FILENO, name.data(), name.size()) != 0) return {};
    const UniqueFd terminal(::open(name.data(), O_PATH | O_CLOEXEC));
    if (!terminal.valid()) return {};
    return lend(root, terminal.get(), "console");
}

Result<void> fill_dev(const ConfinedDir& root) {
    WW_TRY(const UniqueFd dev, root.open_file("dev", O_RDONLY | O_DIRECTORY));
    for (const char* name : kDevices) {
        const UniqueFd device(::open(fmt::format("/dev/{}", name).c_str(), O_PATH | O_CLOEXEC));
        if (device.valid()) WW_TRY_VOID(lend(root, device.get(), name));
    }
    for (const Link& link : kLinks)
        if (::symlinkat(link.target, dev.get(), link.name) != 0)
            return Error::from_errno(errno, fmt::format("make /dev/{}", link.name));
    for (const char* folder : {"pts", "shm"})
        WW_TRY_VOID(make_path(dev.get(), folder, Leaf::Folder));
    WW_TRY_VOID(mount_in(root,
                         "dev/pts",
                         "devpts",
                         MS_NOSUID | MS_NOEXEC,
                         "newinstance,ptmxmode=0666,mode=620,gid=5"));
    WW_TRY_VOID(mount_in(root, "dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"));
    return lend_terminal(root);
}

}  // namespace

Result<void> mount_kernel_folders(const ConfinedDir& root) {
    WW_TRY_VOID(mount_in(root, "proc", "proc", kHarmless));
    for (const char* path : kSettings) {
        const auto setting = root.open_file(path, O_PATH);
        if (!setting) continue;  // not in every kernel
        WW_TRY_VOID(mount_bind(setting->get(), setting->get()));
        WW_TRY_VOID(make_readonly(root, path));
    }
    WW_TRY_VOID(mount_in(root, "sys", "sysfs", kHarmless | MS_RDONLY));
    WW_TRY_VOID(mount_in(root, "dev", "tmpfs", MS_NOSUID, "mode=755"));
    WW_TRY_VOID(fill_dev(root));
    return mount_in(root, "run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
}

}  // namespace ww::enter
