// SPDX-License-Identifier: BSD-3-Clause
#include "image/import.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "archive/census.h"
#include "archive/tree_copy.h"
#include "image/aside.h"
#include "image/source_lock.h"

namespace ww::image {

namespace {

Result<void> check_name(std::string_view name) {
    if (valid_name(name)) return {};
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("image name contains illegal characters: {}", name));
}

/// A folder with a "rootfs" in it, in `aside`.
Result<std::string> make_source(const Aside& aside) {
    std::string source = aside.path() + "/new";
    WW_TRY_VOID(make_directories(source + "/rootfs"));
    return source;
}

/// Copies trees into one that is put together aside, and tells how far that is.
class TreeMaker {
   public:
    TreeMaker(const Aside& aside, const ImportOptions& options)
        : aside_(aside), options_(options) {}

    Result<void> copy(const ConfinedDir& from, const std::string& rootfs, std::string phase) {
        WW_TRY(const ConfinedDir to, ConfinedDir::open(rootfs));
        if (!options_.progress) return archive::copy_tree(from, to, {options_.stop, {}});
        const archive::Census census(from, {});
        so_far_ = {.phase = std::move(phase)};
        const auto report = [&](uint64_t entries, uint64_t bytes) {
            so_far_.bytes = bytes;
            so_far_.files = entries;
            so_far_.total_files = census.names();
            options_.progress(so_far_);
        };
        return archive::copy_tree(from, to, {options_.stop, report});
    }

    /// The last moment to stop: what comes then is in use.
    Result<void> finish() {
        so_far_.phase = "writing to disk";
        so_far_.total_files = 0;
        if (options_.progress) options_.progress(so_far_);
        WW_TRY_VOID(aside_.sync());
        if (options_.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        return {};
    }

   private:
    const Aside& aside_;
    const ImportOptions& options_;
    Progress so_far_;
};

/// Of all its trees, also of those that are gone already.
Result<void> remove_built(const Images& images, std::string_view name) {
    const auto folder = ConfinedDir::open(images.built_folder());
    if (!folder) return {};  // nothing was ever built
    for (const std::string& file : folder->list(".")) {
        std::string_view text = file;
        if (text.ends_with(".gz")) text.remove_suffix(3);
        if (!text.ends_with(".img")) continue;
        text.remove_suffix(4);
        const auto tree = Variant::from(text);
        if (!tree || tree->name != name) continue;
        if (::unlinkat(folder->fd(), file.c_str(), 0) != 0 && errno != ENOENT)
            return Error::from_errno(errno,
                                     fmt::format("remove {}/{}", images.built_folder(), file));
    }
    return {};
}

/// Puts `source` in the place of CHROOTS/NAME; what was there ends up in `source`.
Result<void> replace_source(const Images& images,
                            const std::string& source,
                            std::string_view name,
                            const ImportOptions& options) {
    const std::string target = images.source(name);
    if (!exists(target)) return move_to_new(source, target);
    if (!is_directory(target)) return exchange(source, target);  // something else under that name
    WW_TRY(const SourceLock lock, SourceLock::take(target, options.stop));
    WW_TRY_VOID(refuse_mounts_in(target));
    return exchange(source, target);
}

/// The same for the rootfs alone: the other files in CHROOTS/NAME stay.
Result<void> replace_rootfs(const std::string& source, const std::string& target) {
    WW_TRY_VOID(refuse_mounts_in(target));
    if (exists(target + "/rootfs")) return exchange(source + "/rootfs", target + "/rootfs");
    return move_to_new(source + "/rootfs", target + "/rootfs");
}

}  // namespace

Result<void> import_folder(const Images& images,
                           const std::string& source,
                           std::string_view name,
                           const ImportOptions& options) {
    WW_TRY_VOID(check_name(name));
    const std::string target = images.source(name);
    if (options.if_exists == IfExists::Refuse && exists(target))
        return Error(ErrorCode::AlreadyExists, fmt::format("image name exists: {}", name));
    WW_TRY(const ConfinedDir from, ConfinedDir::open(source));
    // Its presence is all that counts: a link may lead to what only the image has.
    const auto shell = from.link_status("bin/sh");
    if (!shell || S_ISDIR(shell->st_mode))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("Source directory has no /bin/sh: {}", source));

    WW_TRY(const Aside aside, Aside::create(images.chroots()));
    WW_TRY(const std::string fresh, make_source(aside));
    TreeMaker maker(aside, options);
    if (options.if_exists == IfExists::Update && exists(target)) {
        WW_TRY(const SourceLock lock, SourceLock::take(target, options.stop));
        if (images.exists(name)) {
            WW_TRY(const ConfinedDir old, images.open(name));
            WW_TRY_VOID(maker.copy(old, fresh + "/rootfs", "copying the old image"));
        }
        WW_TRY_VOID(maker.copy(from, fresh + "/rootfs", "copying"));
        WW_TRY_VOID(maker.finish());
        return replace_rootfs(fresh, target);
    }
    WW_TRY_VOID(maker.copy(from, fresh + "/rootfs", "copying"));
    WW_TRY_VOID(maker.finish());
    if (options.if_exists == IfExists::Replace) return replace_source(images, fresh, name, options);
    return move_to_new(fresh, target);
}

Result<void> copy_image(const Images& images,
                        std::string_view from,
                        std::string_view to,
                        const ImportOptions& options) {
    if (!images.exists(from))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", from));
    WW_TRY_VOID(check_name(to));
    if (images.exists(to))
        return Error(ErrorCode::AlreadyExists, fmt::format("image name exists: {}", to));

    WW_TRY(const Aside aside, Aside::create(images.chroots()));
    WW_TRY(const std::string fresh, make_source(aside));
    TreeMaker maker(aside, options);
    {
        WW_TRY(const SourceLock lock, SourceLock::take(images.source(from), options.stop));
        WW_TRY(const ConfinedDir rootfs, images.open(from));
        WW_TRY_VOID(maker.copy(rootfs, fresh + "/rootfs", "copying"));
    }
    WW_TRY_VOID(maker.finish());
    const std::string target = images.source(to);
    // A folder under that name which is no image keeps what it has.
    if (is_directory(target)) return move_to_new(fresh + "/rootfs", target + "/rootfs");
    return move_to_new(fresh, target);
}

Result<void> rename_image(const Images& images, std::string_view from, std::string_view to) {
    if (!images.exists(from))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", from));
    WW_TRY_VOID(check_name(to));
    if (exists(images.source(to)))
        return Error(ErrorCode::AlreadyExists, fmt::format("image name exists: {}", to));
    WW_TRY(const SourceLock lock, SourceLock::take(images.source(from)));
    WW_TRY_VOID(remove_built(images, to));
    WW_TRY_VOID(move_to_new(images.source(from), images.source(to)));
    return remove_built(images, from);
}

Result<void> delete_image(const Images& images, std::string_view name) {
    if (!images.exists(name))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", name));
    const std::string source = images.source(name);
    WW_TRY(const SourceLock lock, SourceLock::take(source));
    WW_TRY_VOID(refuse_mounts_in(source));
    WW_TRY(const Aside aside, Aside::create(images.chroots()));
    // Out of sight in one step; removing the tree may take minutes.
    WW_TRY_VOID(move_to_new(source, aside.path() + "/old"));
    return remove_built(images, name);
}

}  // namespace ww::image
