// SPDX-License-Identifier: BSD-3-Clause
#include "image/import.h"

#include <sys/stat.h>

#include "image/aside.h"
#include "image/generations/history.h"
#include "image/place.h"
#include "image/record.h"
#include "image/source_lock.h"

namespace ww::image {

Result<void> import_folder(const Images& images,
                           const std::string& source,
                           const Variant& tree,
                           const ImportOptions& options) {
    WW_TRY_VOID(check_name(tree.name));
    const auto fill = [&](const ConfinedDir& to) -> Result<Record> {
        WW_TRY(const ConfinedDir from, ConfinedDir::open(source));
        // Its presence is all that counts: a link may lead to what only the image has.
        const auto shell = from.link_status("bin/sh");
        if (!shell || S_ISDIR(shell->st_mode))
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("Source directory has no /bin/sh: {}", source));
        WW_TRY(Record record, copy_with_progress(from, to, "copying", options));
        record.source = source;
        return record;
    };
    WW_TRY(const Record record, place_tree(images, tree, options, fill));
    return {};
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
    const std::string fresh = aside.path() + "/new";
    WW_TRY_VOID(make_directories(fresh));
    {
        WW_TRY(const SourceLock lock, SourceLock::take(images.source(from), options.stop));
        for (const Variant& tree : images.variants(from)) {
            const std::string folder = fresh + "/" + tree.folder();
            WW_TRY_VOID(make_directories(folder));
            WW_TRY(const ConfinedDir rootfs, images.open(tree));
            WW_TRY(const ConfinedDir copy, ConfinedDir::open(folder));
            WW_TRY(const Record copied, copy_with_progress(rootfs, copy, "copying", options));
            if (const auto record = read_record(images, tree))
                WW_TRY_VOID(write_record(folder + ".json", *record));
        }
    }
    if (options.progress) options.progress({.phase = "writing to disk"});
    WW_TRY_VOID(aside.sync());
    if (options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
    const std::string target = images.source(to);
    if (!is_directory(target)) return move_to_new(fresh, target);
    // A folder under that name which is no image keeps what it has. The first tree comes last: it
    // is what makes it one.
    WW_TRY(const ConfinedDir made, ConfinedDir::open(fresh));
    for (const std::string& entry : made.list("."))
        if (entry != "rootfs" && !exists(target + "/" + entry))
            WW_TRY_VOID(move_to_new(fresh + "/" + entry, target + "/" + entry));
    return move_to_new(fresh + "/rootfs", target + "/rootfs");
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
    rename_histories(images, from, to);
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
    remove_histories(images, name);
    return remove_built(images, name);
}

}  // namespace ww::image
