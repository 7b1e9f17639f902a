// SPDX-License-Identifier: BSD-3-Clause
//
// The owners of files change in two steps: first to numbers that nobody has, then, when passwd and
// group are new, to those of this machine. So two users whose numbers change places are never
// mistaken for each other, and whatever moment one is killed at, the next run goes on from there.
#include "image/user_sync.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "archive/tree.h"
#include "base/file.h"
#include "image/source_lock.h"
#include "image/user_database.h"

namespace ww::image {

namespace {

/// Above all numbers that are given out. Source: systemd.io, "Users, Groups, UIDs and GIDs".
constexpr uint32_t kParked = 0xE0000000;
/// Exclusive; those above could not be told from parked ones.
constexpr uint32_t kParkedEnd = 0xFFFF0000;
constexpr uint32_t kUnchanged = UINT32_MAX;

constexpr const char* kCapability = "security.capability";

bool is_parked(uint32_t id) { return id >= kParked && id < kParkedEnd; }

Result<void> check_movable(const UserDifference& difference) {
    for (const UserMove& move : difference.moves)
        if (move.to >= kParkedEnd - kParked)
            return Error(ErrorCode::Unprocessable,
                         fmt::format("{} has the number {} here, which is too large to give it to "
                                     "files of an image",
                                     move.name,
                                     move.to));
    return {};
}

/// Owner, without what changing it takes away: set-user-id, set-group-id and capabilities.
Result<void> change_owner(const archive::TreeEntry& entry, uint32_t uid, uint32_t gid) {
    const UniqueFd file(::openat(entry.folder, entry.name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid()) return Error::from_errno(errno, "open " + entry.path);
    const std::string by_descriptor = fmt::format("/proc/self/fd/{}", file.get());
    std::array<char, 64> capability{};
    const bool regular = S_ISREG(entry.status.st_mode);
    const ssize_t size =
        regular
            ? ::getxattr(by_descriptor.c_str(), kCapability, capability.data(), capability.size())
            : -1;
    if (::fchownat(file.get(), "", uid, gid, AT_EMPTY_PATH) != 0)
        return Error::from_errno(errno, "change the owner of " + entry.path);
    const mode_t lost = entry.status.st_mode & (S_ISUID | S_ISGID);
    if (regular && lost != 0 && ::chmod(by_descriptor.c_str(), entry.status.st_mode & 07777) != 0)
        return Error::from_errno(errno, "keep the mode of " + entry.path);
    if (size > 0 &&
        ::setxattr(
            by_descriptor.c_str(), kCapability, capability.data(), static_cast<size_t>(size), 0) !=
            0)
        return Error::from_errno(errno, "keep the capabilities of " + entry.path);
    return {};
}

class Sync {
   public:
    Sync(const Images& images, const Variant& tree, const UserSyncOptions& options)
        : images_(images), tree_(tree), options_(options) {}

    Result<UserSyncResult> run() {
        if (!images_.exists(tree_))
            return Error(ErrorCode::NotFound,
                         fmt::format("image does not exist: {}", tree_.text()));
        WW_TRY(const SourceLock lock, SourceLock::take(images_.source(tree_.name), options_.stop));
        WW_TRY(const ConfinedDir rootfs, images_.open(tree_));
        WW_TRY(users_, compare(rootfs, options_.passwd, "etc/passwd"));
        WW_TRY(groups_, compare(rootfs, options_.group, "etc/group"));
        tell("user", users_);
        tell("group", groups_);
        result_.differs = users_.differs || groups_.differs;
        if (!options_.write) return result_;
        WW_TRY_VOID(check_movable(users_));
        WW_TRY_VOID(check_movable(groups_));
        const UniqueFd top(::open(fmt::format("/proc/self/fd/{}", rootfs.fd()).c_str(),
                                  O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!top.valid()) return Error::from_errno(errno, "open " + images_.rootfs(tree_));
        WW_TRY_VOID(walk(top.get(), Step::Park));
        WW_TRY_VOID(replace(rootfs, options_.passwd, "passwd", users_.merged));
        WW_TRY_VOID(replace(rootfs, options_.group, "group", groups_.merged));
        if (parked_) WW_TRY_VOID(walk(top.get(), Step::Settle));
        return result_;
    }

   private:
    enum class Step { Park, Settle };

    Result<UserDifference> compare(const ConfinedDir& rootfs,
                                   const std::string& host_file,
                                   const std::string& image_file) {
        WW_TRY(const std::string host, read_file(host_file));
        WW_TRY(const std::string image, rootfs.read(image_file));
        return compare_users(host, image, result_.warnings);
    }

    void tell(std::string_view kind, const UserDifference& difference) {
        for (const UserMove& move : difference.moves)
            result_.moves.push_back(
                fmt::format("{} {}: {} becomes {}", kind, move.name, move.from, move.to));
    }

    static uint32_t next(uint32_t id, const UserDifference& difference, Step step) {
        if (step == Step::Settle) return is_parked(id) ? id - kParked : kUnchanged;
        const auto target = difference.targets.find(id);
        return target == difference.targets.end() ? kUnchanged : target->second + kParked;
    }

    Result<void> walk(int top, Step step) {
        struct stat status{};
        if (::fstat(top, &status) != 0) return Error::from_errno(errno, "stat the image");
        Progress progress{.phase = step == Step::Park ? "looking at owners" : "changing owners"};
        const auto visit =
            [&, device = status.st_dev](const archive::TreeEntry& entry) -> Result<archive::Walk> {
            if (entry.status.st_dev != device) return archive::Walk::Skip;
            // Once something is parked, going on is what leaves the image whole.
            if (!parked_ && options_.stop.stop_requested())
                return Error(ErrorCode::Cancelled, "stopped");
            ++progress.files;
            if (options_.progress) options_.progress(progress);
            const uint32_t uid = next(entry.status.st_uid, users_, step);
            const uint32_t gid = next(entry.status.st_gid, groups_, step);
            if (is_parked(entry.status.st_uid) || is_parked(entry.status.st_gid)) parked_ = true;
            if (uid == kUnchanged && gid == kUnchanged) return archive::Walk::Enter;
            WW_TRY_VOID(change_owner(entry, uid, gid));
            if (step == Step::Settle) ++result_.files;
            parked_ = true;
            return archive::Walk::Enter;
        };
        return archive::walk_tree(top, visit);
    }

    /// By the folder's descriptor: a link in the image leads nowhere else. Mode and owner are those
    /// of this machine's file.
    static Result<void> replace(const ConfinedDir& rootfs,
                                const std::string& host_file,
                                const std::string& file,
                                std::string_view text) {
        struct stat status{};
        if (::stat(host_file.c_str(), &status) != 0)
            return Error::from_errno(errno, "stat " + host_file);
        WW_TRY(const UniqueFd etc, rootfs.open_file("etc", O_RDONLY | O_DIRECTORY));
        WW_TRY(AtomicFile aside,
               AtomicFile::create(fmt::format("/proc/self/fd/{}/{}", etc.get(), file),
                                  status.st_mode & 07777,
                                  /*force_mode=*/true));
        WW_TRY_VOID(write_all(aside.fd(), text, file));
        if (::fchown(aside.fd(), status.st_uid, status.st_gid) != 0)
            return Error::from_errno(errno, "give the owner of etc/" + file);
        return aside.commit();
    }

    const Images& images_;
    const Variant tree_;
    const UserSyncOptions& options_;
    UserDifference users_;
    UserDifference groups_;
    UserSyncResult result_;
    bool parked_ = false;
};

}  // namespace

Result<UserSyncResult> sync_users(const Images& images,
                                  const Variant& tree,
                                  const UserSyncOptions& options) {
    return Sync(images, tree, options).run();
}

}  // namespace ww::image
