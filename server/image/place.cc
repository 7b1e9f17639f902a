// SPDX-License-Identifier: BSD-3-Clause
#include "image/place.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "archive/census.h"
#include "archive/tree_copy.h"
#include "image/architecture.h"
#include "image/aside.h"
#include "image/source_lock.h"

namespace ww::image {

namespace {

/// One that goes where there is nothing, or nothing that stays.
class NewTree {
   public:
    NewTree(const Images& images, const Variant& tree, const ImportOptions& options, Aside aside)
        : images_(images),
          tree_(tree),
          options_(options),
          aside_(std::move(aside)),
          source_(aside_.path() + "/new"),
          rootfs_(source_ + "/" + tree.folder()) {}

    Result<void> fill(const Fill& fill, bool update) {
        WW_TRY_VOID(make_directories(rootfs_));
        WW_TRY(const ConfinedDir to, ConfinedDir::open(rootfs_));
        if (update) {
            WW_TRY(const ConfinedDir old, images_.open(tree_));
            WW_TRY(const Record copied,
                   copy_with_progress(old, to, "copying the old image", options_));
        }
        WW_TRY(record_, fill(to));
        record_.architecture = architecture_of_tree(to);
        record_.imported = std::time(nullptr);
        if (const auto before = read_record(images_, tree_))
            record_.compression = before->compression;
        if (options_.wanted && record_.architecture && *record_.architecture != *options_.wanted)
            return Error(ErrorCode::Unprocessable,
                         fmt::format("what was imported is for {}, not for {}",
                                     to_string(*record_.architecture),
                                     to_string(*options_.wanted)));
        return finish();
    }

    /// The whole of CHROOTS/NAME is new. What was there ends up aside.
    Result<void> place_image() {
        WW_TRY_VOID(write_record(rootfs_ + ".json", record_));
        const std::string target = images_.source(tree_.name);
        if (options_.if_exists != IfExists::Replace || !exists(target))
            return move_to_new(source_, target);
        if (!is_directory(target))
            return image::exchange(source_, target);  // something else of that name
        WW_TRY(const SourceLock lock, SourceLock::take(target, options_.stop));
        WW_TRY_VOID(refuse_mounts_in(target));
        // A tree beside the first may have come meanwhile: it stays.
        if (images_.variants(tree_.name).size() > 1) return place_beside();
        return image::exchange(source_, target);
    }

    /// The tree alone: whatever else is in CHROOTS/NAME stays. For the holder of its lock.
    Result<void> place_beside() {
        const std::string target = images_.rootfs(tree_);
        const std::string record = record_path(images_, tree_);
        WW_TRY_VOID(refuse_mounts_in(images_.source(tree_.name)));
        if (::unlink(record.c_str()) != 0 && errno != ENOENT)
            return Error::from_errno(errno, "remove " + record);
        if (exists(target))
            WW_TRY_VOID(image::exchange(rootfs_, target));
        else
            WW_TRY_VOID(move_to_new(rootfs_, target));
        return write_record(record, record_);
    }

    const Record& record() const { return record_; }

   private:
    /// The last moment to stop: what comes then is in use.
    Result<void> finish() {
        if (options_.progress)
            options_.progress(
                {.phase = "writing to disk", .bytes = record_.bytes, .files = record_.files});
        WW_TRY_VOID(aside_.sync());
        if (options_.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        return {};
    }

    const Images& images_;
    const Variant& tree_;
    const ImportOptions& options_;
    Aside aside_;
    std::string source_;
    std::string rootfs_;
    Record record_;
};

}  // namespace

Result<void> check_name(std::string_view name) {
    if (valid_name(name)) return {};
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("image name contains illegal characters: {}", name));
}

Result<Record> copy_with_progress(const ConfinedDir& from,
                                  const ConfinedDir& to,
                                  const std::string& phase,
                                  const ImportOptions& options) {
    Record record;
    Progress so_far{.phase = phase};
    std::optional<archive::Census> census;
    if (options.progress) census.emplace(from, archive::Census::Options{});
    const auto report = [&](uint64_t entries, uint64_t bytes) {
        record.files = so_far.files = entries;
        record.bytes = so_far.bytes = bytes;
        if (!census) return;
        so_far.total_files = census->names();
        options.progress(so_far);
    };
    WW_TRY_VOID(archive::copy_tree(from, to, {.stop = options.stop, .progress = report}));
    return record;
}

Result<Record> place_tree(const Images& images,
                          const Variant& tree,
                          const ImportOptions& options,
                          const Fill& fill) {
    WW_TRY_VOID(check_name(tree.name));
    const std::string target = images.source(tree.name);
    const bool there = tree.beside ? exists(images.rootfs(tree)) : exists(target);
    if (options.if_exists == IfExists::Refuse && there)
        return Error(ErrorCode::AlreadyExists, fmt::format("image name exists: {}", tree.text()));
    if (tree.beside && !images.exists(tree.name))
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("there is no image {} that a tree could lie beside", tree.name));
    WW_TRY(Aside aside, Aside::create(images.chroots()));
    NewTree fresh(images, tree, options, std::move(aside));
    if (tree.beside || (options.if_exists == IfExists::Update && there)) {
        const bool update = options.if_exists == IfExists::Update && images.exists(tree);
        // An update starts from what is there, which may not change meanwhile.
        std::optional<SourceLock> lock;
        if (update) {
            WW_TRY(lock, SourceLock::take(target, options.stop));
        }
        WW_TRY_VOID(fresh.fill(fill, update));
        if (!lock) {
            WW_TRY(lock, SourceLock::take(target, options.stop));
        }
        // Somebody else may have been faster.
        if (options.if_exists == IfExists::Refuse && exists(images.rootfs(tree)))
            return Error(ErrorCode::AlreadyExists,
                         fmt::format("image name exists: {}", tree.text()));
        WW_TRY_VOID(fresh.place_beside());
    } else {
        WW_TRY_VOID(fresh.fill(fill, /*update=*/false));
        WW_TRY_VOID(fresh.place_image());
    }
    return fresh.record();
}

Result<void> remove_built(const Images& images, std::string_view name) {
    const auto folder = ConfinedDir::open(images.built_folder());
    if (!folder) return {};  // nothing was ever built
    for (const std::string& file : folder->list(".")) {
        std::string_view text = file;
        if (text.ends_with(".gz")) text.remove_suffix(3);
        if (text.ends_with(".zst")) text.remove_suffix(4);
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

}  // namespace ww::image
