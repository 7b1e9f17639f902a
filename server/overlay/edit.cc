// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/edit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/path.h"
#include "overlay/leftovers.h"

namespace ww::overlay {

namespace {

constexpr mode_t kFolderMode = 0755;

/// The clean path of something in an overlay; the overlay itself is none.
Result<std::string> path_in_overlay(std::string_view path) {
    auto target = path_beneath(path);
    if (!target)
        return Error(ErrorCode::InvalidArgument, fmt::format("path leaves the overlay: {}", path));
    if (target->empty())
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("no file in the overlay: \"{}\"", path));
    return std::move(*target);
}

/// A path by which calls without a *at form reach an open folder's entry.
std::string through(const UniqueFd& folder, std::string_view name) {
    return fmt::format("/proc/self/fd/{}/{}", folder.get(), name);
}

Result<UniqueFd> open_folder(const ConfinedDir& root, std::string_view path) {
    return root.open_file(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
}

/// Folders need x wherever the files in them are readable.
mode_t with_search(mode_t mode) { return mode | ((mode & 0444) >> 2); }

/// Makes `path` and what is missing above it. False if it was there.
Result<bool> make_folders(const ConfinedDir& root, const std::string& path, mode_t mode) {
    if (path.empty()) return false;
    if (const auto status = root.status(path)) {
        if (S_ISDIR(status->st_mode)) return false;
        return Error::from_errno(ENOTDIR, "mkdir " + root.path() + "/" + path);
    }
    WW_TRY_VOID(make_folders(root, std::string(parent_of(path)), mode));
    WW_TRY(const UniqueFd parent, open_folder(root, parent_of(path)));
    const std::string name(base_name(path));
    if (::mkdirat(parent.get(), name.c_str(), mode) != 0 && errno != EEXIST)
        return Error::from_errno(errno, "mkdir " + root.path() + "/" + path);
    // The umask is not the user's wish here.
    if (::fchmodat(parent.get(), name.c_str(), mode, 0) != 0)
        return Error::from_errno(errno, "chmod " + root.path() + "/" + path);
    return true;
}

Result<void> write_content(int fd, const FileContent& content, const std::string& target) {
    WW_TRY_VOID(write_all(fd, content.text, target));
    if (::fchown(fd, content.uid, content.gid) != 0 && ::geteuid() == 0)
        return Error::from_errno(errno, "chown " + target);
    return {};
}

}  // namespace

Result<Overlay> Editor::writable(const std::string& name) const {
    WW_TRY(Overlay overlay, find_overlay(folders_, name));
    if (overlay.is_site) return overlay;
    // Made under a name that no list shows, and moved when it is complete.
    const std::string target = folders_.site + "/" + name;
    const std::string aside = fmt::format("{}/.{}.clone.{}", folders_.site, name, ::getpid());
    WW_TRY_VOID(remove_tree(aside));
    WW_TRY_VOID(make_directories(aside));
    auto copied = copy_(overlay.folder, aside);
    if (copied && ::rename(aside.c_str(), target.c_str()) != 0)
        copied = Error::from_errno(errno, fmt::format("rename {} to {}", aside, target));
    if (!copied) {
        (void)remove_tree(aside);
        return copied.error().with_frame(fmt::format("copying overlay {} to the site", name));
    }
    return find_overlay(folders_, name);
}

Result<ConfinedDir> Editor::open_writable(const std::string& name) const {
    WW_TRY(const Overlay overlay, writable(name));
    return ConfinedDir::open(overlay.content_root());
}

Result<void> Editor::create(const std::string& name) const {
    WW_TRY_VOID(check_overlay_name(name));
    const std::string folder = folders_.site + "/" + name;
    if (exists(folder))
        return Error(ErrorCode::AlreadyExists, fmt::format("overlay already exists: {}", name));
    return make_directories(folder + "/rootfs", kFolderMode);
}

Result<void> Editor::remove(const std::string& name, bool force) const {
    WW_TRY(const Overlay overlay, find_overlay(folders_, name));
    if (!overlay.is_site)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("cannot delete a distribution overlay: {}", name));
    if (!force) {
        WW_TRY(const ConfinedDir root, ConfinedDir::open(overlay.content_root()));
        if (!root.list(".").empty())
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("failed to delete overlay: {}: directory not empty",
                                     root.path()))
                .with_hint("--force deletes it with its files");
    }
    return remove_tree(overlay.folder);
}

Result<void> Editor::write_file(const std::string& name,
                                std::string_view path,
                                const FileContent& content,
                                const WriteOptions& options) const {
    WW_TRY(std::string target, path_in_overlay(path));
    // What can be refused is refused before a distribution overlay is cloned.
    WW_TRY(const Overlay overlay, find_overlay(folders_, name));
    WW_TRY(const ConfinedDir before, ConfinedDir::open(overlay.content_root()));
    auto status = before.status(target);
    if (status && S_ISDIR(status->st_mode) && !options.into_name.empty()) {
        target += "/" + options.into_name;
        status = before.status(target);
    }
    if (status && S_ISDIR(status->st_mode))
        return Error(ErrorCode::InvalidArgument, fmt::format("{} is a folder", target));
    if (status && !options.overwrite)
        return Error(ErrorCode::AlreadyExists,
                     "a file with that name already exists in the overlay");
    const std::string parent(parent_of(target));
    if (!parent.empty() && !options.parents && !before.status(parent))
        return Error(ErrorCode::NotFound,
                     fmt::format("could not copy file into overlay: there is no folder {}", parent))
            .with_hint("--parents makes it");

    WW_TRY(const ConfinedDir root, open_writable(name));
    WW_TRY_VOID(make_folders(root, parent, with_search(content.mode)));
    WW_TRY(const UniqueFd folder, open_folder(root, parent));
    const std::string place = through(folder, base_name(target));
    const mode_t mode = status ? status->st_mode & 07777 : content.mode;
    // Not beside it: an archive built meanwhile would hold it, half written.
    const std::string aside = fmt::format("{}/{}{}", folders_.site, name, kEditedFile);
    WW_TRY(AtomicFile file, AtomicFile::create(aside, mode, /*force_mode=*/true));
    WW_TRY_VOID(write_content(file.fd(), content, target));
    WW_TRY_VOID(file.sync());
    if (::rename(file.temporary().c_str(), place.c_str()) == 0) {
        if (::fsync(folder.get()) != 0) return Error::from_errno(errno, "fsync " + target);
        return {};
    }
    if (errno != EXDEV) return Error::from_errno(errno, "rename a new file to " + target);
    // An overlay on a disk of its own.
    WW_TRY(AtomicFile beside, AtomicFile::create(place, mode, /*force_mode=*/true));
    WW_TRY_VOID(write_content(beside.fd(), content, target));
    return beside.commit();
}

Result<void> Editor::remove_file(const std::string& name,
                                 std::string_view path,
                                 bool parents) const {
    const Error missing(ErrorCode::NotFound,
                        fmt::format("file {} does not exist in overlay {}", path, name));
    WW_TRY(std::string target, path_in_overlay(path));
    WW_TRY(const Overlay overlay, find_overlay(folders_, name));
    WW_TRY(const ConfinedDir before, ConfinedDir::open(overlay.content_root()));
    const auto status = before.link_status(target);
    if (!status || S_ISDIR(status->st_mode)) return missing;

    WW_TRY(const ConfinedDir root, open_writable(name));
    WW_TRY(const UniqueFd folder, open_folder(root, parent_of(target)));
    if (::unlinkat(folder.get(), std::string(base_name(target)).c_str(), 0) != 0)
        return Error::from_errno(errno, "remove " + target);
    if (!parents) return {};
    // Upwards until a folder is not empty; the root stays.
    for (;;) {
        target.resize(parent_of(target).size());
        if (target.empty()) break;
        WW_TRY(const UniqueFd above, open_folder(root, parent_of(target)));
        if (::unlinkat(above.get(), std::string(base_name(target)).c_str(), AT_REMOVEDIR) != 0)
            break;
    }
    return {};
}

Result<bool> Editor::make_folder(const std::string& name,
                                 std::string_view path,
                                 mode_t mode) const {
    WW_TRY(const std::string target, path_in_overlay(path));
    WW_TRY(const ConfinedDir root, open_writable(name));
    return make_folders(root, target, mode);
}

Result<void> Editor::remove_folder(const std::string& name, std::string_view path) const {
    WW_TRY(const std::string target, path_in_overlay(path));
    WW_TRY(const ConfinedDir root, open_writable(name));
    WW_TRY(const UniqueFd above, open_folder(root, parent_of(target)));
    if (::unlinkat(above.get(), std::string(base_name(target)).c_str(), AT_REMOVEDIR) != 0)
        return Error::from_errno(errno, "rmdir " + target);
    return {};
}

Result<void> Editor::make_link(const std::string& name,
                               std::string_view path,
                               const std::string& leads_to) const {
    WW_TRY(const std::string target, path_in_overlay(path));
    WW_TRY(const ConfinedDir root, open_writable(name));
    WW_TRY(const UniqueFd above, open_folder(root, parent_of(target)));
    if (::symlinkat(leads_to.c_str(), above.get(), std::string(base_name(target)).c_str()) != 0)
        return Error::from_errno(errno, "link " + target);
    return {};
}

Result<UniqueFd> Editor::open_existing(const std::string& name, std::string_view path) const {
    WW_TRY(const Overlay overlay, find_overlay(folders_, name));
    WW_TRY(const ConfinedDir before, ConfinedDir::open(overlay.content_root()));
    WW_TRY(const std::string target, path_in_overlay(path));
    if (!before.status(target))
        return Error(
            ErrorCode::NotFound,
            fmt::format("file does not exist within overlay: {}/{}", before.path(), target));
    WW_TRY(const ConfinedDir root, open_writable(name));
    return root.open_file(target, O_PATH);
}

Result<void> Editor::change_mode(const std::string& name,
                                 std::string_view path,
                                 mode_t mode) const {
    WW_TRY(const UniqueFd fd, open_existing(name, path));
    if (::chmod(fmt::format("/proc/self/fd/{}", fd.get()).c_str(), mode) != 0)
        return Error::from_errno(errno, fmt::format("chmod {}", path));
    return {};
}

Result<void> Editor::change_owner(const std::string& name,
                                  std::string_view path,
                                  uid_t uid,
                                  gid_t gid) const {
    WW_TRY(const UniqueFd fd, open_existing(name, path));
    if (::fchownat(fd.get(), "", uid, gid, AT_EMPTY_PATH) != 0)
        return Error::from_errno(errno, fmt::format("chown {}", path));
    return {};
}

}  // namespace ww::overlay
