// SPDX-License-Identifier: BSD-3-Clause
#include "enter/root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "archive/file_content.h"
#include "archive/tree_copy.h"
#include "base/path.h"
#include "enter/kernel_mounts.h"
#include "enter/landing.h"
#include "enter/mounts.h"
#include "enter/unpack.h"

namespace ww::enter {

namespace {

/// The overlay file system's scratch folder: beside the rootfs, since it must be on its file
/// system. Warewulf's wwctl takes it as a sign that somebody is inside.
constexpr const char* kScratch = "run";

/// Nothing the image says about such file systems counts, and no two visits are compared.
constexpr const char* kOverlay = "redirect_dir=nofollow,index=off";

/// On a folder: nothing of the layers below shows in it.
constexpr const char* kOpaque = "trusted.overlay.opaque";

class Root {
   public:
    Root(const Plan& plan, const Warn& warn) : plan_(plan), warn_(warn) {}

    Result<void> make() {
        WW_TRY_VOID(make_private());
        WW_TRY(rootfs_, ConfinedDir::open(plan_.rootfs()));
        folder_ = UniqueFd(::open(plan_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder_.valid()) return Error::from_errno(errno, "open " + plan_.folder);
        open_sources();
        WW_TRY_VOID(make_stage());
        WW_TRY_VOID(plan_.writable() ? mount_writable() : mount_readonly());
        WW_TRY_VOID(mount_kernel_folders(*root_));
        for (const Shown& shown : shown_) show(shown);
        return become_root(root_->fd());
    }

   private:
    struct Shown {
        const Bind* bind = nullptr;
        UniqueFd source;
        bool is_folder = false;
    };

    void refuse(const Bind& bind, const std::string& why) const {
        warn_(fmt::format("Couldn't mount {} to {}: {}", bind.source, bind.target, why));
    }

    /// Before anything covers them.
    void open_sources() {
        for (const Bind& bind : plan_.binds) {
            UniqueFd source(::open(bind.source.c_str(), O_PATH | O_CLOEXEC));
            struct stat status{};
            if (!source.valid() || ::fstat(source.get(), &status) != 0) {
                refuse(bind, Error::from_errno(errno, "open").message());
                continue;
            }
            shown_.push_back({&bind, std::move(source), S_ISDIR(status.st_mode)});
        }
    }

    /// A place in memory to work in. It covers the image's own folder, which everybody has.
    Result<void> make_stage() {
        WW_TRY_VOID(mount_new("tmpfs", folder_.get(), MS_NOSUID, "mode=700"));
        WW_TRY(stage_, ConfinedDir::open(plan_.folder));
        for (const char* name : {"lent", "upper", "work", "root"})
            if (::mkdirat(stage_->fd(), name, 0755) != 0)
                return Error::from_errno(errno, "make a folder to work in");
        return {};
    }

    /// Makes in `where`, a folder that lies below or over the image, what `tree` has no place for.
    Result<void> lend_missing(const ConfinedDir& tree, int where) {
        for (const char* folder : kKernelFolders) {
            WW_TRY(const Landing landing, land(tree, folder));
            if (landing.exists) continue;
            WW_TRY_VOID(make_path(where, landing.path, Leaf::Folder));
            lends_ = true;
        }
        std::erase_if(shown_, [&](const Shown& shown) {
            const auto lent = lend_place(shown, tree, where);
            if (!lent) refuse(*shown.bind, lent.error().message());
            return !lent;
        });
        return {};
    }

    Result<void> lend_place(const Shown& shown, const ConfinedDir& tree, int where) {
        WW_TRY(const Landing landing, land(tree, shown.bind->target));
        if (landing.exists || is_fresh(landing)) return {};
        if (shown.bind->copy) {
            if (!landing.parent_exists)
                return Error(ErrorCode::NotFound, "the image has no folder for it");
            WW_TRY_VOID(copy_in(shown, where, landing.path));
        } else {
            WW_TRY_VOID(
                make_path(where, landing.path, shown.is_folder ? Leaf::Folder : Leaf::File));
        }
        forget_opaque(landing.path);
        lends_ = true;
        return {};
    }

    /// In a folder that was made during an earlier visit nothing lent would show.
    void forget_opaque(std::string_view path) const {
        if (!plan_.writable()) return;
        for (path = parent_of(path); !path.empty(); path = parent_of(path))
            if (const auto folder = rootfs_->open_file(path, O_RDONLY | O_DIRECTORY))
                (void)::fremovexattr(folder->get(), kOpaque);
    }

    static bool is_fresh(const Landing& landing) {
        return std::ranges::any_of(kFreshFolders,
                                   [&](const char* folder) { return landing.within(folder); });
    }

    Result<void> copy_in(const Shown& shown, int folder, const std::string& path) const {
        WW_TRY_VOID(make_path(folder, path, shown.is_folder ? Leaf::Folder : Leaf::File));
        if (shown.is_folder) {
            WW_TRY(const ConfinedDir from, ConfinedDir::open(path_of(shown.source.get())));
            WW_TRY(const ConfinedDir to,
                   ConfinedDir::open(fmt::format("{}/{}", path_of(folder), path)));
            return archive::copy_tree(from, to);
        }
        const UniqueFd from(::open(path_of(shown.source.get()).c_str(), O_RDONLY | O_CLOEXEC));
        const UniqueFd to(::openat(folder, path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
        struct stat status{};
        if (!from.valid() || !to.valid() || ::fstat(from.get(), &status) != 0)
            return Error::from_errno(errno, "copy " + shown.bind->source);
        WW_TRY(const std::string content, read_fd(from.get(), shown.bind->source));
        WW_TRY_VOID(write_all(to.get(), content, shown.bind->target));
        const timespec times[] = {status.st_atim, status.st_mtim};
        if (::fchown(to.get(), status.st_uid, status.st_gid) != 0 ||
            ::fchmod(to.get(), status.st_mode & 07777) != 0 || ::futimens(to.get(), times) != 0)
            return Error::from_errno(errno, "copy " + shown.bind->source);
        return {};
    }

    Result<void> mount_writable() {
        WW_TRY(const UniqueFd lent, stage_->open_file("lent", O_RDONLY | O_DIRECTORY));
        WW_TRY_VOID(lend_missing(*rootfs_, lent.get()));
        WW_TRY(const UniqueFd place, stage_->open_file("root", O_PATH));
        if (!lends_ || !mount_lending(place.get(), lent.get()))
            WW_TRY_VOID(mount_bind(rootfs_->fd(), place.get(), Depth::WithMountsBelow));
        return open_root();
    }

    /// Writes go to the image itself; what it was lent lies below. False: this file system cannot,
    /// and what needs a place that is not there is left out.
    bool mount_lending(int place, int lent) {
        (void)::mkdirat(folder_.get(), kScratch, 0750);
        const UniqueFd scratch(
            ::openat(folder_.get(), kScratch, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        const auto mounted = mount_overlay(place, lent, rootfs_->fd(), scratch.get());
        if (!mounted)
            warn_(
                fmt::format("what the image has no place for cannot be shown in it ({}); make "
                            "the files and folders in its rootfs",
                            mounted.error().message()));
        return mounted.has_value();
    }

    /// What a node or a bind adds is in memory, over the image.
    Result<void> mount_readonly() {
        WW_TRY(const UniqueFd place, stage_->open_file("root", O_PATH));
        WW_TRY(const UniqueFd upper, stage_->open_file("upper", O_PATH));
        WW_TRY(const UniqueFd work, stage_->open_file("work", O_PATH));
        WW_TRY_VOID(mount_overlay(place.get(), rootfs_->fd(), upper.get(), work.get()),
                    "putting a read-only view over image {}",
                    plan_.name);
        WW_TRY_VOID(open_root());
        for (const std::string& archive : plan_.archives)
            WW_TRY_VOID(unpack(archive, *root_), "unpacking {}", archive);
        WW_TRY_VOID(lend_missing(*root_, root_->fd()));
        return make_readonly(*root_, ".");
    }

    Result<void> open_root() {
        WW_TRY(root_, ConfinedDir::open(plan_.folder + "/root"));
        return {};
    }

    static Result<void> mount_overlay(int place, int lower, int upper, int work) {
        return mount_new("overlay",
                         place,
                         0,
                         fmt::format("{},lowerdir={},upperdir={},workdir={}",
                                     kOverlay,
                                     path_of(lower),
                                     path_of(upper),
                                     path_of(work)));
    }

    void show(const Shown& shown) {
        if (const auto done = try_show(shown); !done) refuse(*shown.bind, done.error().message());
    }

    Result<void> try_show(const Shown& shown) {
        WW_TRY(const Landing landing, land(*root_, shown.bind->target));
        if (!landing.exists && is_fresh(landing)) {
            if (shown.bind->copy) return copy_in(shown, root_->fd(), landing.path);
            WW_TRY_VOID(
                make_path(root_->fd(), landing.path, shown.is_folder ? Leaf::Folder : Leaf::File));
        }
        if (shown.bind->copy) return {};  // the image's own, or what it was lent
        WW_TRY(const UniqueFd target, root_->open_file(landing.path, O_PATH));
        WW_TRY_VOID(mount_bind(shown.source.get(), target.get()));
        if (!shown.bind->readonly) return {};
        return make_readonly(*root_, landing.path);
    }

    const Plan& plan_;
    const Warn& warn_;
    std::optional<ConfinedDir> rootfs_;
    std::optional<ConfinedDir> stage_;
    std::optional<ConfinedDir> root_;
    UniqueFd folder_;
    std::vector<Shown> shown_;
    bool lends_ = false;
};

/// What an overlay file system leaves where something lent was deleted. Source: the kernel's
/// filesystems/overlayfs, "whiteouts and opaque directories".
bool is_whiteout(const struct stat& status) {
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

}  // namespace

Result<void> enter_root(const Plan& plan, const Warn& warn) { return Root(plan, warn).make(); }

void clear_traces(const Plan& plan) {
    if (!plan.writable()) return;
    (void)remove_tree(fmt::format("{}/{}", plan.folder, kScratch));
    const auto rootfs = ConfinedDir::open(plan.rootfs());
    if (!rootfs) return;
    for (const Bind& bind : plan.binds) {
        const auto landing = land(*rootfs, bind.target);
        if (!landing || !landing->exists) continue;
        const auto folder = rootfs->open_file(parent_of(landing->path), O_RDONLY | O_DIRECTORY);
        const std::string name(base_name(landing->path));
        struct stat status{};
        if (folder && ::fstatat(folder->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            is_whiteout(status))
            (void)::unlinkat(folder->get(), name.c_str(), 0);
    }
}

}  // namespace ww::enter
