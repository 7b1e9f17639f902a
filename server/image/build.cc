// SPDX-License-Identifier: BSD-3-Clause
#include "image/build.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <thread>

#include "archive/census.h"
#include "archive/cpio_writer.h"
#include "archive/pair_writer.h"
#include "archive/tree.h"
#include "base/log.h"
#include "image/attributes.h"
#include "image/compression/zstd_file.h"
#include "image/excludes.h"
#include "image/generations/keep.h"
#include "image/leftovers.h"
#include "image/record.h"
#include "image/source_lock.h"

namespace ww::image {

namespace {

using archive::CpioEntry;
using archive::TreeEntry;
using archive::Walk;

constexpr std::string_view kExcludes = "etc/warewulf/excludes";

int64_t nanoseconds(const timespec& time) {
    return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

/// What of the tree goes into the image.
class Selection {
   public:
    static Result<Selection> of(const ConfinedDir& rootfs) {
        Selection selection;
        WW_TRY(const struct stat status, rootfs.status("."));
        selection.device_ = status.st_dev;
        const Result<std::string> text = rootfs.read(kExcludes);
        if (text) {
            selection.excludes_ = Excludes::parse(*text);
            WW_TRY(const struct stat excludes, rootfs.status(kExcludes));
            selection.changed_ = nanoseconds(excludes.st_ctim);
        } else if (text.error().code() != ErrorCode::NotFound &&
                   text.error().code() != ErrorCode::InvalidArgument) {
            return text.error();
        }
        return selection;
    }

    /// One file system: what is mounted below is the server's, not the image's.
    bool has(const TreeEntry& entry) const {
        return entry.status.st_dev == device_ && names(entry.path);
    }
    bool names(const std::string& path) const { return !excludes_.match(path); }

    /// When it was last decided on. The excludes may leave out themselves.
    int64_t changed() const { return changed_; }

   private:
    dev_t device_ = 0;
    int64_t changed_ = 0;
    Excludes excludes_;
};

Result<UniqueFd> open_top(const ConfinedDir& rootfs) {
    return rootfs.open_file(".", O_RDONLY | O_DIRECTORY);
}

/// The folder and both files exist, and nothing in the tree is as new as they are. Status changes
/// (ctime) count, not the dates files carry: a package may bring an old date.
Result<bool> current(const Images& images, const Variant& tree, const ConfinedDir& rootfs) {
    struct stat plain{};
    struct stat packed{};
    if (::stat(images.built(tree).c_str(), &plain) != 0) return false;
    if (::stat(images.compressed(tree).c_str(), &packed) != 0) return false;
    const int64_t built = nanoseconds(plain.st_mtim);
    // An older compressed copy is not of this archive: somebody stopped between the two.
    if (nanoseconds(packed.st_mtim) < built) return false;
    if (plain.st_mtim.tv_sec > std::time(nullptr)) return false;

    WW_TRY(const struct stat top_status, rootfs.status("."));
    WW_TRY(const Selection selection, Selection::of(rootfs));
    if (std::max(nanoseconds(top_status.st_ctim), selection.changed()) >= built) return false;
    WW_TRY(const UniqueFd top, open_top(rootfs));
    bool unchanged = true;
    WW_TRY_VOID(archive::walk_tree(top.get(), [&](const TreeEntry& entry) -> Result<Walk> {
        if (!selection.has(entry)) return Walk::Skip;
        unchanged = nanoseconds(entry.status.st_ctim) < built;
        return unchanged ? Walk::Enter : Walk::Stop;
    }));
    return unchanged;
}

/// File systems stamp changes with the coarse clock, which lags by a tick or more, or (since
/// Linux 6.13) with the fine one where somebody looked. Once the coarse clock has reached the
/// present, whatever changed before is older than whatever is stamped from then on, so a build
/// never takes what it has read for something newer than itself.
void wait_for_clock() {
    const auto now = [](clockid_t clock) {
        timespec time{};
        ::clock_gettime(clock, &time);
        return nanoseconds(time);
    };
    using std::chrono::microseconds;
    for (const int64_t present = now(CLOCK_REALTIME); now(CLOCK_REALTIME_COARSE) <= present;)
        std::this_thread::sleep_for(microseconds(500));  // lint: sleep, it is the clock we wait for
}

/// Opens what the walk saw, or says that it is no longer there.
archive::CpioWriter::Opener opener_of(const ConfinedDir& rootfs, const TreeEntry& entry) {
    return [&rootfs,
            path = entry.path,
            device = entry.status.st_dev,
            inode = entry.status.st_ino]() -> Result<UniqueFd> {
        auto fd = rootfs.open_file(path, O_RDONLY | O_NOFOLLOW);
        struct stat status{};
        if (!fd && fd.error().code() != ErrorCode::NotFound) return fd.error();
        if (!fd || ::fstat(fd->get(), &status) != 0 || status.st_dev != device ||
            status.st_ino != inode)
            return Error(ErrorCode::Conflict,
                         fmt::format("{} was replaced while it was read", path));
        return std::move(*fd);
    };
}

/// The way into the archive: counts and tells what passes, and ends at a stop, within a file too.
class Meter final : public archive::ByteSink {
   public:
    Meter(archive::ByteSink& out, const BuildOptions& options, const archive::Census* census)
        : out_(out), options_(options), census_(census) {}

    void next_entry() { ++so_far_.files; }

    Result<void> write(std::string_view bytes) override {
        WW_TRY_VOID(check_stop());
        so_far_.bytes += bytes.size();
        report();
        return out_.write(bytes);
    }
    Result<void> check_stop() const {
        if (options_.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        return {};
    }
    /// Of which nobody knows how long it takes.
    void enter(std::string phase) {
        so_far_.phase = std::move(phase);
        census_ = nullptr;
        report();
    }

   private:
    void report() {
        if (!options_.progress) return;
        so_far_.total_files = census_ == nullptr ? 0 : census_->names();
        options_.progress(so_far_);
    }

    archive::ByteSink& out_;
    const BuildOptions& options_;
    const archive::Census* census_;
    Progress so_far_{.phase = "packing"};
};

/// What a build is to make of a tree.
struct Packing {
    Compression asked = Compression::Default;
    bool changed = false;  // since it was built
    bool zstd = false;
    std::string zstd_lacking;

    static Result<Packing> of(const Images& images,
                              const Variant& tree,
                              const ConfinedDir& rootfs,
                              std::optional<Compression> wanted) {
        Packing packing;
        const auto record = read_record(images, tree);
        const Compression before = record ? record->compression : Compression::Default;
        packing.asked = wanted.value_or(before);
        packing.changed = packing.asked != before;
        if (packing.asked != Compression::Zstd && packing.asked != Compression::Default)
            return packing;
        const ZstdSupport support = zstd_support(rootfs, find_kernels(rootfs));
        if (packing.asked == Compression::Default) {
            packing.zstd = support.evidence == ZstdEvidence::Config;
            return packing;
        }
        packing.zstd = support.evidence != ZstdEvidence::None;
        if (packing.zstd) return packing;
        packing.zstd_lacking =
            support.lacking.empty()
                ? "the image has no kernel"
                : fmt::format("its kernel {} does not unpack it", support.lacking);
        if (!wanted) return packing;
        return Error(
                   ErrorCode::FailedPrecondition,
                   fmt::format(
                       "image {} cannot be packed by zstd: {}", tree.text(), packing.zstd_lacking))
            .with_hint("--compression best is the smallest for every kernel");
    }

    archive::GzipLevel level() const {
        if (asked == Compression::Best) return archive::GzipLevel::Best;
        if (asked == Compression::None) return archive::GzipLevel::Stored;
        return archive::GzipLevel::Quick;
    }

    /// Whether what is there is all that a build would make.
    bool fits(const Images& images, const Variant& tree) const {
        return !changed && zstd == open_zstd(images, tree).has_value();
    }
};

/// The archive goes into a file and its gzip, and into a zstd copy if there is one.
class Copies final : public archive::ByteSink {
   public:
    Copies(archive::PairWriter& pair, std::optional<ZstdFile>& zstd) : pair_(pair), zstd_(zstd) {}
    Result<void> write(std::string_view bytes) override {
        if (zstd_) WW_TRY_VOID(zstd_->write(bytes));
        return pair_.write(bytes);
    }

   private:
    archive::PairWriter& pair_;
    std::optional<ZstdFile>& zstd_;
};

/// All but the commit. The number of entries.
Result<uint64_t> write_tree(const ConfinedDir& rootfs,
                            archive::ByteSink& out,
                            const BuildOptions& options) {
    WW_TRY(const Selection selection, Selection::of(rootfs));
    WW_TRY(const UniqueFd top, open_top(rootfs));
    std::optional<archive::Census> census;
    if (options.progress) {
        const auto counts = [&selection](const std::string& path) { return selection.names(path); };
        census.emplace(rootfs, archive::Census::Options{.counts = counts, .one_file_system = true});
    }
    Meter meter(out, options, census ? &*census : nullptr);
    archive::CpioWriter cpio(meter);
    AttributeFile attributes(archive::portable_attributes());
    const auto visit = [&](const TreeEntry& entry) -> Result<Walk> {
        if (!selection.has(entry)) return Walk::Skip;
        WW_TRY(const bool sent, attributes.note(entry));
        if (!sent) return Walk::Skip;
        meter.next_entry();
        const CpioEntry head = CpioEntry::from(entry.path, entry.status);
        if (S_ISREG(entry.status.st_mode)) {
            WW_TRY_VOID(cpio.add_file(
                head, static_cast<uint64_t>(entry.status.st_size), opener_of(rootfs, entry)));
        } else if (S_ISLNK(entry.status.st_mode)) {
            WW_TRY(const std::string target, entry.link_target());
            WW_TRY_VOID(cpio.add(head, target));
        } else {
            WW_TRY_VOID(cpio.add(head));
        }
        return Walk::Enter;
    };
    WW_TRY_VOID(archive::walk_tree(top.get(), visit, options.stop));
    WW_TRY_VOID(attributes.add_to(cpio));
    WW_TRY_VOID(cpio.finish());
    meter.enter("writing to disk");
    WW_TRY_VOID(meter.check_stop());
    return cpio.entries();
}

}  // namespace

Result<BuildResult> build_image(const Images& images,
                                const Variant& tree,
                                const BuildOptions& options) {
    if (!images.exists(tree))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", tree.text()));
    WW_TRY(const SourceLock lock, SourceLock::take(images.source(tree.name), options.stop));
    WW_TRY(const ConfinedDir rootfs, images.open(tree));
    BuildResult result;
    WW_TRY(const Packing packing, Packing::of(images, tree, rootfs, options.compression));
    result.zstd_lacking = packing.zstd_lacking;
    if (!options.force && packing.fits(images, tree)) {
        WW_TRY(result.current, current(images, tree, rootfs));
        if (result.current) return result;
    }
    WW_TRY_VOID(make_directories(images.built_folder()));
    remove_build_leftovers(images, tree);
    wait_for_clock();
    archive::PairOptions pair_options;
    pair_options.threads = options.threads;
    pair_options.level = packing.level();
    using Digests = archive::PairOptions::Digests;
    if (!images.content().empty()) pair_options.digests = Digests::Compressed;
    if (options.digests) pair_options.digests = Digests::Both;
    WW_TRY(archive::PairWriter pair, archive::PairWriter::create(images.built(tree), pair_options));
    std::optional<ZstdFile> zstd;
    if (packing.zstd) {
        WW_TRY(zstd, ZstdFile::create(images.zstd(tree), options.threads));
    }
    Copies copies(pair, zstd);
    WW_TRY(result.entries, write_tree(rootfs, copies, options));
    WW_TRY(const archive::PairResult written, pair.seal());
    if (zstd) WW_TRY_VOID(zstd->seal(written.created_ns));
    if (!images.content().empty()) {
        const auto kept =
            keep_generation(images, tree, {written, pair.compressed_temporary()}, options);
        if (kept)
            result.generation = *kept;
        else if (kept.error().code() == ErrorCode::Cancelled)
            return kept.error();
        else
            log::warn("image.history what was built of {} is not kept: {}",
                      tree.text(),
                      kept.error().describe());
    }
    // It counts only beside the archive of the same time.
    if (zstd)
        WW_TRY_VOID(zstd->publish());
    else if (::unlink(images.zstd(tree).c_str()) != 0 && errno != ENOENT)
        return Error::from_errno(errno, "remove " + images.zstd(tree));
    WW_TRY_VOID(pair.publish());
    if (packing.changed) WW_TRY_VOID(set_compression(images, tree, packing.asked));
    if (zstd) result.zstd_size = zstd->size();
    result.size = written.size;
    result.compressed_size = written.compressed_size;
    result.sha256 = written.sha256;
    result.compressed_sha256 = written.compressed_sha256;
    return result;
}

Result<bool> is_current(const Images& images, const Variant& tree) {
    WW_TRY(const ConfinedDir rootfs, images.open(tree));
    WW_TRY(const Packing packing, Packing::of(images, tree, rootfs, std::nullopt));
    if (!packing.fits(images, tree)) return false;
    return current(images, tree, rootfs);
}

}  // namespace ww::image
