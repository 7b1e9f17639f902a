// SPDX-License-Identifier: BSD-3-Clause
#include "image/diff/side.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "archive/cpio_reader.h"
#include "archive/tree.h"
#include "image/excludes.h"
#include "image/generations/history.h"
#include "image/generations/image_ref.h"
#include "oci/decompress.h"

namespace ww::image {

namespace {

class TreeSide final : public Side {
   public:
    static Result<std::unique_ptr<Side>> open(const Images& images,
                                              const Variant& tree,
                                              const DiffOptions& options) {
        WW_TRY(ConfinedDir rootfs, images.open(tree));
        auto side = std::make_unique<TreeSide>(tree.text(), std::move(rootfs));
        WW_TRY_VOID(side->look(options));
        return std::unique_ptr<Side>(std::move(side));
    }
    TreeSide(std::string name, ConfinedDir rootfs)
        : Side(std::move(name)), rootfs_(std::move(rootfs)) {}

    Result<void> read(const std::string& path, const Take& take) const override {
        WW_TRY(const UniqueFd fd, rootfs_.open_file(path, O_RDONLY | O_NOFOLLOW));
        std::string buffer(256 << 10, '\0');
        for (;;) {
            const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return Error::from_errno(errno, "read " + path);
            if (got == 0) return {};
            WW_TRY(const bool more, take({buffer.data(), static_cast<size_t>(got)}));
            if (!more) return {};
        }
    }

   private:
    Result<void> look(const DiffOptions& options) {
        Progress so_far{.phase = "reading " + name()};
        Excludes excludes;
        if (const auto text = rootfs_.read("etc/warewulf/excludes"))
            excludes = Excludes::parse(*text);
        WW_TRY(const UniqueFd top, rootfs_.open_file(".", O_RDONLY | O_DIRECTORY));
        WW_TRY(const struct stat root, rootfs_.status("."));
        const auto visit = [&](const archive::TreeEntry& entry) -> Result<archive::Walk> {
            const struct stat& status = entry.status;
            if (status.st_dev != root.st_dev || excludes.match(entry.path))
                return archive::Walk::Skip;
            SideEntry seen{.mode = status.st_mode,
                           .uid = status.st_uid,
                           .gid = status.st_gid,
                           .mtime = status.st_mtim.tv_sec};
            if (S_ISREG(status.st_mode)) seen.size = static_cast<uint64_t>(status.st_size);
            if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) seen.device = status.st_rdev;
            if (S_ISLNK(status.st_mode)) {
                WW_TRY(seen.link, entry.link_target());
            }
            entries_[entry.path] = std::move(seen);
            ++so_far.files;
            if (options.progress) options.progress(so_far);
            return archive::Walk::Enter;
        };
        return archive::walk_tree(top.get(), visit, options.stop);
    }

    ConfinedDir rootfs_;
};

/// A file's bytes as memory that the kernel can take back.
class Mapping {
   public:
    Mapping() = default;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() {
        if (at_ != nullptr) ::munmap(at_, size_);
    }
    Result<void> map(int fd, const std::string& name) {
        struct stat status{};
        if (::fstat(fd, &status) != 0) return Error::from_errno(errno, "stat " + name);
        size_ = static_cast<size_t>(status.st_size);
        if (size_ == 0) return {};
        void* const at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED) return Error::from_errno(errno, "map " + name);
        at_ = at;
        return {};
    }
    std::string_view bytes() const { return {static_cast<const char*>(at_), size_}; }

   private:
    void* at_ = nullptr;
    size_t size_ = 0;
};

class BuildSide final : public Side {
   public:
    static Result<std::unique_ptr<Side>> open(const Images& images,
                                              const Variant& tree,
                                              uint64_t number,
                                              const DiffOptions& options) {
        const std::string name = fmt::format("{}@{}", tree.text(), number);
        auto side = std::make_unique<BuildSide>(name);
        WW_TRY(const History history, read_history(images.content(), tree));
        const Generation* generation = history.find(number);
        if (generation == nullptr)
            return Error(ErrorCode::NotFound,
                         fmt::format("image {} has no generation {}", tree.text(), number))
                .with_hint(fmt::format("`wwctl image history {}` lists those it has", tree.text()));
        UniqueFd fd;
        if (generation == served(images, tree, history))
            fd = UniqueFd(::open(images.built(tree).c_str(), O_RDONLY | O_CLOEXEC));
        if (!fd.valid()) {
            WW_TRY(fd, unpack(images, *generation, name, options), "reading {}", name);
        }
        WW_TRY_VOID(side->archive_.map(fd.get(), name));
        WW_TRY_VOID(side->look(), "reading {}", name);
        return std::unique_ptr<Side>(std::move(side));
    }
    explicit BuildSide(std::string name) : Side(std::move(name)) {}

    Result<void> read(const std::string& path, const Take& take) const override {
        const auto at = entries_.find(path);
        if (at == entries_.end()) return Error(ErrorCode::NotFound, "no file " + path);
        WW_TRY(const bool more, take(at->second.data));
        (void)more;
        return {};
    }

   private:
    static Result<UniqueFd> unpack(const Images& images,
                                   const Generation& generation,
                                   const std::string& name,
                                   const DiffOptions& options) {
        WW_TRY(const content::Store store, content::Store::open(images.content()));
        WW_TRY(const content::Hold hold, store.hold());
        WW_TRY(const UniqueFd blob, store.open_blob(generation.digest));
        UniqueFd file(::open(store.folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        if (!file.valid()) return Error::from_errno(errno, "make a file in " + store.folder());
        oci::FileSource packed(blob.get(), generation.digest.text());
        oci::Decompress plain(packed);
        Progress so_far{.phase = "unpacking " + name, .total_bytes = generation.size};
        for (;;) {
            if (options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
            WW_TRY(const std::string_view some, plain.next());
            if (some.empty()) return file;
            so_far.bytes += some.size();
            if (so_far.bytes > generation.size)
                return Error(ErrorCode::Unprocessable,
                             fmt::format("it unpacks to more than {} bytes", generation.size));
            WW_TRY_VOID(write_all(file.get(), some, "the unpacked image"));
            if (options.progress) options.progress(so_far);
        }
    }

    Result<void> look() {
        archive::CpioReader reader(archive_.bytes());
        archive::CpioRecord record;
        std::map<uint32_t, std::string_view> linked;  // by inode
        std::map<std::string, uint32_t> names;        // of files with several
        for (;;) {
            WW_TRY(const bool more, reader.next(record));
            if (!more) break;
            WW_TRY(std::string path, archive::safe_cpio_path(record.path));
            if (path.empty()) continue;
            SideEntry seen{
                .mode = record.mode, .uid = record.uid, .gid = record.gid, .mtime = record.mtime};
            if (S_ISLNK(record.mode)) seen.link = record.data;
            if (S_ISCHR(record.mode) || S_ISBLK(record.mode))
                seen.device = makedev(record.rdev_major, record.rdev_minor);
            if (S_ISREG(record.mode)) {
                seen.data = record.data;
                seen.size = record.data.size();
                if (record.links > 1) {
                    names[path] = record.inode;
                    // The content is with the last name.
                    if (!record.data.empty()) linked[record.inode] = record.data;
                }
            }
            entries_[std::move(path)] = std::move(seen);
        }
        for (const auto& [path, inode] : names)
            if (const auto at = linked.find(inode); at != linked.end()) {
                entries_[path].data = at->second;
                entries_[path].size = at->second.size();
            }
        return {};
    }

    Mapping archive_;
};

}  // namespace

Result<std::unique_ptr<Side>> open_side(const Images& images,
                                        std::string_view text,
                                        const DiffOptions& options) {
    const ImageRef ref = ImageRef::from(text);
    const auto tree = Variant::from(ref.name);
    if (!tree || !images.exists(*tree))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", ref.name));
    if (ref.generation) return BuildSide::open(images, *tree, *ref.generation, options);
    return TreeSide::open(images, *tree, options);
}

}  // namespace ww::image
