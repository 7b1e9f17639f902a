// SPDX-License-Identifier: BSD-3-Clause
#include "archive/tree_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "archive/file_content.h"
#include "archive/tree.h"
#include "base/log.h"
#include "base/path.h"

namespace ww::archive {

namespace {

using archive::TreeEntry;
using archive::Walk;

class Copier {
   public:
    Copier(const ConfinedDir& from, const ConfinedDir& to, const TreeCopyOptions& options)
        : from_(from), to_(to), options_(options) {}

    Result<void> run() {
        WW_TRY(const struct stat top, from_.status("."));
        device_ = top.st_dev;
        WW_TRY(own_, to_.status("."));
        WW_TRY(const UniqueFd folder, from_.open_file(".", O_RDONLY | O_DIRECTORY));
        const auto visit = [this](const TreeEntry& entry) { return copy(entry); };
        WW_TRY_VOID(archive::walk_tree(folder.get(), visit, options_.stop));
        // Folders last, the deepest first: whatever is put into a folder changes its times, and one
        // without write permission is of no use before.
        for (auto at = folders_.rbegin(); at != folders_.rend(); ++at)
            WW_TRY_VOID(finish_folder(at->first, at->second));
        return finish_folder(".", top);
    }

   private:
    Result<Walk> copy(const TreeEntry& entry) {
        if (entry.status.st_dev == own_.st_dev && entry.status.st_ino == own_.st_ino)
            return Walk::Skip;
        if (options_.one_file_system && entry.status.st_dev != device_) return Walk::Skip;
        WW_TRY_VOID(enter_folder(std::string(folder_of(entry.path))));
        WW_TRY_VOID(make_way(entry));
        const mode_t type = entry.status.st_mode & S_IFMT;
        if (type == S_IFDIR) {
            // Exists already where two trees meet.
            if (::mkdirat(folder_.get(), entry.name, 0700) != 0 && errno != EEXIST)
                return failed("make", entry);
            folders_.emplace_back(entry.path, entry.status);
        } else if (const std::string* other = linked_name(entry)) {
            if (::linkat(to_.fd(), other->c_str(), folder_.get(), entry.name, 0) != 0)
                return failed("link", entry);
        } else if (type == S_IFREG) {
            WW_TRY_VOID(copy_file(entry));
        } else {
            WW_TRY_VOID(copy_special(entry));
        }
        ++entries_;
        report();
        return Walk::Enter;
    }

    void report() const {
        if (options_.progress) options_.progress(entries_, bytes_);
    }

    Result<void> step(uint64_t bytes) {
        if (options_.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        bytes_ += bytes;
        report();
        return {};
    }

    static Error failed(std::string_view what, const TreeEntry& entry) {
        return Error::from_errno(errno, fmt::format("{} {}", what, entry.path));
    }

    /// Names come folder by folder, so the one at hand mostly is the right one.
    Result<void> enter_folder(const std::string& path) {
        if (folder_.valid() && path == folder_path_) return {};
        WW_TRY(folder_, to_.open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
        folder_path_ = path;
        return {};
    }

    /// Removes what has the name already, unless both are folders.
    Result<void> make_way(const TreeEntry& entry) {
        struct stat there{};
        if (::fstatat(folder_.get(), entry.name, &there, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? Result<void>() : failed("stat", entry);
        if (!S_ISDIR(there.st_mode))
            return ::unlinkat(folder_.get(), entry.name, 0) == 0 ? Result<void>()
                                                                 : failed("replace", entry);
        if (S_ISDIR(entry.status.st_mode)) return {};
        return remove_tree(fmt::format("/proc/self/fd/{}/{}", folder_.get(), entry.name));
    }

    /// The name in the copy of a file that came before under another name.
    const std::string* linked_name(const TreeEntry& entry) {
        if (entry.status.st_nlink < 2) return nullptr;
        const auto [at, is_new] =
            links_.try_emplace(std::pair(entry.status.st_dev, entry.status.st_ino), entry.path);
        return is_new ? nullptr : &at->second;
    }

    Result<void> copy_file(const TreeEntry& entry) {
        // Not through a link and not waiting for a FIFO, should it have become one.
        const UniqueFd source(::openat(
            entry.folder, entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (!source.valid()) return failed("open", entry);
        struct stat status{};
        if (::fstat(source.get(), &status) != 0) return failed("stat", entry);
        if (!S_ISREG(status.st_mode))
            return Error(ErrorCode::Conflict,
                         fmt::format("{} was replaced while it was copied", entry.path));
        const UniqueFd target(::openat(
            folder_.get(), entry.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!target.valid()) return failed("create", entry);
        WW_TRY_VOID(copy_content(source.get(),
                                 target.get(),
                                 static_cast<uint64_t>(status.st_size),
                                 entry.path,
                                 [this](uint64_t bytes) { return step(bytes); }));
        return finish_open(source.get(), target.get(), entry.path, status);
    }

    /// Owner before mode, mode before attributes: changing the owner drops set-user-id and
    /// capabilities.
    Result<void> finish_open(int source,
                             int target,
                             const std::string& path,
                             const struct stat& status) {
        WW_TRY_VOID(change_owner(target, "", status, path));
        if (::fchmod(target, status.st_mode & 07777) != 0)
            return Error::from_errno(errno, "chmod " + path);
        WW_TRY(const bool all, copy_attributes(source, target, path));
        if (!all) warn_once(path);
        const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
        if (::futimens(target, times.data()) != 0)
            return Error::from_errno(errno, "set the time of " + path);
        return {};
    }

    void warn_once(const std::string& path) {
        if (std::exchange(warned_, true)) return;
        log::warn(
            "image.attributes the file system of {} cannot hold all attributes; first lost: "
            "those of {}",
            to_.path(),
            path);
    }

    Result<void> copy_special(const TreeEntry& entry) {
        const mode_t mode = entry.status.st_mode;
        if (S_ISLNK(mode)) {
            WW_TRY(const std::string target, entry.link_target());
            if (::symlinkat(target.c_str(), folder_.get(), entry.name) != 0)
                return failed("link", entry);
        } else if (::mknodat(folder_.get(), entry.name, mode & S_IFMT, entry.status.st_rdev) != 0) {
            return failed("make", entry);
        }
        WW_TRY_VOID(change_owner(folder_.get(), entry.name, entry.status, entry.path));
        if (!S_ISLNK(mode) && ::fchmodat(folder_.get(), entry.name, mode & 07777, 0) != 0)
            return failed("chmod", entry);
        WW_TRY(const bool all,
               copy_attributes_of(entry.folder, folder_.get(), entry.name, entry.path));
        if (!all) warn_once(entry.path);
        const std::array<timespec, 2> times{entry.status.st_atim, entry.status.st_mtim};
        if (::utimensat(folder_.get(), entry.name, times.data(), AT_SYMLINK_NOFOLLOW) != 0)
            return failed("set the time of", entry);
        return {};
    }

    /// Only where it differs, so that whoever copies their own files need not be root.
    static Result<void> change_owner(int fd,
                                     const char* name,
                                     const struct stat& status,
                                     const std::string& path) {
        const int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
        struct stat now{};
        if (::fstatat(fd, name, &now, flags) != 0) return Error::from_errno(errno, "stat " + path);
        if (now.st_uid == status.st_uid && now.st_gid == status.st_gid) return {};
        if (::fchownat(fd, name, status.st_uid, status.st_gid, flags) != 0)
            return Error::from_errno(errno, "chown " + path);
        return {};
    }

    Result<void> finish_folder(const std::string& path, const struct stat& status) {
        constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
        WW_TRY(const UniqueFd source, from_.open_file(path, kFolder));
        WW_TRY(const UniqueFd target, to_.open_file(path, kFolder));
        return finish_open(source.get(), target.get(), path, status);
    }

    const ConfinedDir& from_;
    const ConfinedDir& to_;
    const TreeCopyOptions& options_;
    dev_t device_ = 0;   // of the source's top
    struct stat own_{};  // of the target, for a source that holds it
    UniqueFd folder_;    // of the copy, where the entry at hand goes
    std::string folder_path_;
    std::vector<std::pair<std::string, struct stat>> folders_;  // in the order they came
    std::map<std::pair<dev_t, ino_t>, std::string> links_;
    uint64_t entries_ = 0;
    uint64_t bytes_ = 0;
    bool warned_ = false;
};

}  // namespace

Result<void> copy_tree(const ConfinedDir& from,
                       const ConfinedDir& to,
                       const TreeCopyOptions& options) {
    return Copier(from, to, options).run();
}

}  // namespace ww::archive
