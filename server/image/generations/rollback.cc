// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/rollback.h"

#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>

#include "image/leftovers.h"
#include "image/served_file.h"
#include "image/source_lock.h"
#include "oci/decompress.h"

namespace ww::image {

namespace {

Error no_generation(const Variant& tree, uint64_t number, const History& history) {
    std::vector<uint64_t> numbers;
    for (const Generation& each : history.generations) numbers.push_back(each.number);
    const Error error(ErrorCode::NotFound,
                      fmt::format("image {} has no generation {}", tree.text(), number));
    return numbers.empty() ? error.with_hint("build it; from then on there is a history")
                           : error.with_hint(fmt::format("it has {}", fmt::join(numbers, ", ")));
}

Result<const Generation*> wanted_generation(const Images& images,
                                            const Variant& tree,
                                            const History& history,
                                            std::optional<uint64_t> number) {
    if (number) {
        const Generation* generation = history.find(*number);
        if (generation == nullptr) return no_generation(tree, *number, history);
        return generation;
    }
    const Generation* now = served(images, tree, history);
    const Generation* before = nullptr;
    for (const Generation& each : history.generations)
        if (now == nullptr || each.number < now->number) before = &each;
    if (before == nullptr)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("image {} has no generation before the one that is served",
                                 tree.text()))
            .with_hint("`wwctl image history` lists those it has");
    return before;
}

/// Passes on what is read and writes it to a file, too.
class CopyingSource final : public oci::ByteSource {
   public:
    CopyingSource(oci::ByteSource& from, ServedFile& to) : from_(from), to_(to) {}
    Result<std::string_view> next() override {
        WW_TRY(const std::string_view bytes, from_.next());
        WW_TRY_VOID(to_.write(bytes));
        return bytes;
    }

   private:
    oci::ByteSource& from_;
    ServedFile& to_;
};

/// Errors: Unprocessable if `blob` is not what the generation says.
Result<void> unpack(int blob,
                    const Generation& generation,
                    ServedFile& plain,
                    ServedFile& packed,
                    const RollbackOptions& options) {
    oci::FileSource file(blob, generation.digest.text());
    CopyingSource copying(file, packed);
    oci::DigestSource checked(copying);
    oci::Decompress bytes(checked);
    Progress so_far{.phase = "unpacking", .total_bytes = generation.size};
    for (;;) {
        if (options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        WW_TRY(const std::string_view some, bytes.next());
        if (some.empty()) break;
        if (some.size() > generation.size - so_far.bytes)
            return Error(ErrorCode::Unprocessable,
                         fmt::format("it unpacks to more than {} bytes", generation.size));
        WW_TRY_VOID(plain.write(some));
        so_far.bytes += some.size();
        if (options.progress) options.progress(so_far);
    }
    WW_TRY_VOID(oci::read_to_end(checked));
    if (so_far.bytes != generation.size || checked.finish() != generation.digest.hex())
        return Error(ErrorCode::Unprocessable, "its bytes are not those that were built");
    return {};
}

}  // namespace

Result<Generation> roll_back(const Images& images,
                             const Variant& tree,
                             const RollbackOptions& options) {
    if (!images.exists(tree))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", tree.text()));
    WW_TRY(const SourceLock lock, SourceLock::take(images.source(tree.name), options.stop));
    WW_TRY(const Histories histories, Histories::open(images.content()));
    WW_TRY(const content::Hold hold, histories.store().hold(options.stop));
    WW_TRY(const History history, histories.read(tree));
    WW_TRY(const Generation* generation,
           wanted_generation(images, tree, history, options.generation));
    const std::string task = fmt::format("going back to generation {}", generation->number);
    WW_TRY(const UniqueFd blob, histories.store().open_blob(generation->digest), "{}", task);
    WW_TRY_VOID(make_directories(images.built_folder()));
    remove_build_leftovers(images, tree);
    WW_TRY(ServedFile plain, ServedFile::create(images.built(tree)));
    WW_TRY(ServedFile packed, ServedFile::create(images.compressed(tree)));
    WW_TRY_VOID(unpack(blob.get(), *generation, plain, packed, options), "{}", task);
    WW_TRY_VOID(packed.finish(generation->tree_ns));
    WW_TRY_VOID(plain.finish(generation->tree_ns));
    // From here on the kept file and the served one share their blocks.
    WW_TRY_VOID(histories.store().adopt(packed.temporary(), generation->digest, options.stop));
    // Of the zstd copy nothing is kept; the one there is belongs to another archive.
    if (::unlink(images.zstd(tree).c_str()) != 0 && errno != ENOENT)
        return Error::from_errno(errno, "remove " + images.zstd(tree));
    WW_TRY_VOID(packed.rename());
    WW_TRY_VOID(plain.rename());
    return *generation;
}

}  // namespace ww::image
