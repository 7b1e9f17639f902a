// SPDX-License-Identifier: BSD-3-Clause
#include "oci/tree_target.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/path.h"
#include "base/quote.h"

namespace ww::oci {

namespace {

constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int kMaxDepth = 512;

Error failed(std::string_view what, std::string_view path) {
    return Error::from_errno(errno, fmt::format("{} {}", what, quote(path)));
}

/// Attributes that mean something on a node, or to who keeps the image.
bool is_kept(std::string_view attribute) {
    return attribute == "security.capability" || attribute == "security.selinux" ||
           attribute == "system.posix_acl_access" || attribute == "system.posix_acl_default" ||
           attribute.starts_with("user.");
}

std::vector<std::string> names_of(int folder) {
    std::vector<std::string> names;
    const int copy = ::openat(folder, ".", kOpenFolder);
    if (copy < 0) return names;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(copy), &::closedir);
    if (!entries) {
        ::close(copy);
        return names;
    }
    while (const dirent* entry = ::readdir(entries.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
}

Result<void> set_times(int folder, const char* name, const timespec& atime, const timespec& mtime) {
    const std::array<timespec, 2> times{atime, mtime};
    const int flags = AT_SYMLINK_NOFOLLOW | (*name == '\0' ? AT_EMPTY_PATH : 0);
    const int result = *name == '\0' ? ::futimens(folder, times.data())
                                     : ::utimensat(folder, name, times.data(), flags);
    if (result != 0) return failed("set the time of", name);
    return {};
}

}  // namespace

void TreeTarget::begin_layer() {
    here_.clear();
    times_.clear();
    folder_.reset();
}

Result<void> TreeTarget::end_layer() {
    folder_.reset();
    for (const auto& [inode, times] : times_) {
        const auto fd = tree_.open_file(times.path, kOpenFolder);
        struct stat status{};
        // Removed, or something else by now.
        if (!fd || ::fstat(fd->get(), &status) != 0 || status.st_ino != inode) continue;
        WW_TRY_VOID(set_times(fd->get(), "", times.atime, times.mtime));
    }
    return {};
}

Result<Spot> TreeTarget::spot(std::string_view path) {
    WW_TRY_VOID(enter(parent_of(path)));
    return Spot{folder_.get(), folder_inode_, std::string(base_name(path))};
}

Result<void> TreeTarget::enter(std::string_view folder) {
    // Names come folder by folder, so the one at hand mostly is the right one.
    if (folder_.valid() && folder == folder_path_) return {};
    folder_.reset();
    auto fd = tree_.open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    if (!fd && fd.error().code() == ErrorCode::NotFound) {
        links_ = 0;
        WW_TRY_VOID(make_folder(std::string(folder)));
        fd = tree_.open_file(folder, O_RDONLY | O_DIRECTORY);
    }
    if (!fd)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} is not a folder that something can be put in", quote(folder)));
    struct stat status{};
    if (::fstat(fd->get(), &status) != 0) return failed("stat", folder);
    folder_ = std::move(*fd);
    folder_path_ = folder;
    folder_inode_ = status.st_ino;
    keep_times(folder_path_, status);
    return {};
}

Result<void> TreeTarget::make_folder(const std::string& folder) {
    WW_TRY_VOID(enter(parent_of(folder)));
    const std::string name(base_name(folder));
    if (::mkdirat(folder_.get(), name.c_str(), 0755) == 0) {
        remember(Spot{folder_.get(), folder_inode_, name});
        return {};
    }
    return errno == EEXIST ? make_linked_folder(folder) : failed("make", folder);
}

/// A link to a folder that is not there yet, within the tree: it comes to be.
Result<void> TreeTarget::make_linked_folder(const std::string& link) {
    constexpr int kMaxLinks = 40;
    std::array<char, PATH_MAX> target{};
    const std::string name(base_name(link));
    const ssize_t length =
        ::readlinkat(folder_.get(), name.c_str(), target.data(), target.size() - 1);
    if (length <= 0 || ++links_ > kMaxLinks)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} is not a folder that something can be put in", quote(link)));
    const std::string_view text(target.data(), static_cast<size_t>(length));
    const std::string meant = text.starts_with('/')
                                  ? rooted_path(text)
                                  : rooted_path(fmt::format("{}/{}", parent_of(link), text));
    const std::string folder = meant.substr(1);
    if (folder.empty() || tree_.status(folder)) return {};
    return make_folder(folder);
}

void TreeTarget::keep_times(const std::string& path, const struct stat& status) {
    times_.try_emplace(status.st_ino, FolderTimes{path, status.st_atim, status.st_mtim});
}

Result<void> TreeTarget::make_way(const Spot& spot, bool for_folder) {
    struct stat there{};
    if (::fstatat(spot.folder, spot.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<void>() : failed("stat", spot.name);
    if (S_ISDIR(there.st_mode)) {
        if (for_folder) return {};
        return remove_tree(fmt::format("/proc/self/fd/{}/{}", spot.folder, spot.name));
    }
    if (::unlinkat(spot.folder, spot.name.c_str(), 0) != 0) return failed("replace", spot.name);
    return {};
}

Result<void> TreeTarget::remove_lower(const Spot& spot) {
    struct stat there{};
    if (::fstatat(spot.folder, spot.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<void>() : failed("stat", spot.name);
    const bool ours = here_.count({spot.inode, spot.name}) > 0;
    if (!S_ISDIR(there.st_mode)) {
        if (!ours && ::unlinkat(spot.folder, spot.name.c_str(), 0) != 0)
            return failed("remove", spot.name);
        return {};
    }
    const UniqueFd folder(::openat(spot.folder, spot.name.c_str(), kOpenFolder));
    if (!folder.valid()) return failed("open", spot.name);
    bool emptied = true;
    WW_TRY_VOID(remove_lower_in(folder.get(), 0, emptied));
    if (emptied && !ours && ::unlinkat(spot.folder, spot.name.c_str(), AT_REMOVEDIR) != 0)
        return failed("remove", spot.name);
    return {};
}

Result<void> TreeTarget::empty_lower(std::string_view path) {
    const auto fd = tree_.open_file(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    if (!fd) return {};  // nothing to hide
    struct stat status{};
    if (::fstat(fd->get(), &status) != 0) return failed("stat", path);
    keep_times(std::string(path), status);
    bool emptied = true;
    return remove_lower_in(fd->get(), 0, emptied);
}

Result<void> TreeTarget::remove_lower_in(int folder, int depth, bool& emptied) {
    if (depth > kMaxDepth)
        return Error(ErrorCode::TooLarge, fmt::format("more than {} folders deep", kMaxDepth));
    struct stat status{};
    if (::fstat(folder, &status) != 0) return failed("stat", "a folder");
    for (const std::string& name : names_of(folder)) {
        const bool ours = here_.count({status.st_ino, name}) > 0;
        struct stat there{};
        if (::fstatat(folder, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (S_ISDIR(there.st_mode)) {
            const UniqueFd inner(::openat(folder, name.c_str(), kOpenFolder));
            if (!inner.valid()) return failed("open", name);
            bool inner_emptied = true;
            WW_TRY_VOID(remove_lower_in(inner.get(), depth + 1, inner_emptied));
            if (!ours && inner_emptied) {
                if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0)
                    return failed("remove", name);
                continue;
            }
        } else if (!ours) {
            if (::unlinkat(folder, name.c_str(), 0) != 0) return failed("remove", name);
            continue;
        }
        emptied = false;
    }
    return {};
}

Result<void> TreeTarget::finish_file(int fd, const TarEntry& entry) {
    WW_TRY_VOID(apply(fd, entry, /*fresh=*/true));
    return set_times(fd, "", entry.atime, entry.mtime);
}

Result<void> TreeTarget::finish_folder(const Spot& spot, const TarEntry& entry) {
    const UniqueFd fd(::openat(spot.folder, spot.name.c_str(), kOpenFolder));
    if (!fd.valid()) return failed("open", entry.path);
    WW_TRY_VOID(apply(fd.get(), entry, /*fresh=*/false));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return failed("stat", entry.path);
    const std::string path =
        folder_path_.empty() ? spot.name : fmt::format("{}/{}", folder_path_, spot.name);
    times_[status.st_ino] = {path, entry.atime, entry.mtime};
    return {};
}

Result<void> TreeTarget::finish_root(const TarEntry& entry) {
    WW_TRY(const UniqueFd fd, tree_.open_file(".", O_RDONLY | O_DIRECTORY));
    WW_TRY_VOID(apply(fd.get(), entry, /*fresh=*/false));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return failed("stat", "/");
    times_[status.st_ino] = {".", entry.atime, entry.mtime};
    return {};
}

Result<void> TreeTarget::finish_special(const Spot& spot, const TarEntry& entry) {
    const char* const name = spot.name.c_str();
    struct stat now{};
    if (::fstatat(spot.folder, name, &now, AT_SYMLINK_NOFOLLOW) != 0)
        return failed("stat", entry.path);
    // Only where it differs, so that who unpacks their own files need not be root.
    if ((now.st_uid != entry.uid || now.st_gid != entry.gid) &&
        ::fchownat(spot.folder, name, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0)
        return failed("chown", entry.path);
    if (!S_ISLNK(now.st_mode) && ::fchmodat(spot.folder, name, entry.mode & 07777, 0) != 0)
        return failed("chmod", entry.path);
    const std::string place = fmt::format("/proc/self/fd/{}/{}", spot.folder, spot.name);
    WW_TRY_VOID(set_attributes(entry, [&](const char* attribute, std::string_view value) {
        return ::lsetxattr(place.c_str(), attribute, value.data(), value.size(), 0);
    }));
    return set_times(spot.folder, name, entry.atime, entry.mtime);
}

/// Owner before mode, mode before attributes: changing the owner drops set-user-id and
/// capabilities.
Result<void> TreeTarget::apply(int fd, const TarEntry& entry, bool fresh) {
    struct stat now{};
    if (::fstat(fd, &now) != 0) return failed("stat", entry.path);
    if ((now.st_uid != entry.uid || now.st_gid != entry.gid) &&
        ::fchown(fd, entry.uid, entry.gid) != 0)
        return failed("chown", entry.path);
    if (::fchmod(fd, entry.mode & 07777) != 0) return failed("chmod", entry.path);
    return apply_attributes(fd, entry, fresh);
}

Result<void> TreeTarget::apply_attributes(int fd, const TarEntry& entry, bool fresh) {
    if (!fresh) {
        // A folder that a lower layer made: what it had there it has no more.
        std::array<char, 4096> names{};
        const ssize_t length = ::flistxattr(fd, names.data(), names.size());
        for (ssize_t at = 0; at < length;) {
            const std::string_view name(names.data() + at);
            if (is_kept(name)) ::fremovexattr(fd, name.data());
            at += static_cast<ssize_t>(name.size()) + 1;
        }
    }
    return set_attributes(entry, [fd](const char* name, std::string_view value) {
        return ::fsetxattr(fd, name, value.data(), value.size(), 0);
    });
}

Result<void> TreeTarget::set_attributes(
    const TarEntry& entry, const std::function<int(const char*, std::string_view)>& set) {
    for (const auto& [name, value] : entry.attributes) {
        if (!is_kept(name)) {
            if (not_kept_.empty())
                not_kept_ = fmt::format("{} of {}", quote(name), quote(entry.path));
            continue;
        }
        if (set(name.c_str(), value) == 0) continue;
        // A label this machine's policy does not know is EINVAL.
        const bool label = name == "security.selinux" && errno == EINVAL;
        if (!label && errno != ENOTSUP && errno != EPERM)
            return failed(fmt::format("set the attribute {} of", quote(name)), entry.path);
        if (!std::exchange(warned_, true))
            log::warn(
                "image.attributes the file system of {} cannot hold all attributes; first lost: "
                "{} of {}",
                tree_.path(),
                quote(name),
                quote(entry.path));
    }
    return {};
}

}  // namespace ww::oci
