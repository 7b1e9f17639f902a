// SPDX-License-Identifier: BSD-3-Clause
#include "oci/unpack.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/path.h"
#include "base/quote.h"
#include "oci/tree_target.h"

namespace ww::oci {

namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";
constexpr std::string_view kAufs = ".wh..wh.";  // plnk, orph and others: bookkeeping of aufs

Error unusable(const TarEntry& entry, std::string_view why) {
    return Error(ErrorCode::Unprocessable, fmt::format("the entry {} {}", quote(entry.path), why));
}

Error over(const TarEntry& entry, std::string_view what, uint64_t limit) {
    return Error(
        ErrorCode::TooLarge,
        fmt::format("the entry {} is over the limit of {} {}", quote(entry.path), limit, what));
}

}  // namespace

struct Unpacker::Impl {
    Impl(const ConfinedDir& to, UnpackOptions how)
        : tree(to), options(std::move(how)), target(to) {}

    const ConfinedDir& tree;
    const UnpackOptions options;
    TreeTarget target;
    uint64_t entries = 0;
    uint64_t bytes = 0;

    Result<void> step(uint64_t more_bytes) {
        bytes += more_bytes;
        if (options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        if (options.progress) options.progress(entries, bytes);
        return {};
    }

    Result<void> check(const TarEntry& entry) {
        const UnpackLimits& limits = options.limits;
        if (entries >= limits.entries) return over(entry, "entries", limits.entries);
        ++entries;
        const size_t longest =
            std::max({entry.path.size(), entry.link.size(), entry.hard_link.size()});
        if (longest > limits.path_bytes)
            return Error(
                ErrorCode::TooLarge,
                fmt::format(
                    "a name of {} bytes is over the limit of {}", longest, limits.path_bytes));
        if (std::count(entry.path.begin(), entry.path.end(), '/') > limits.depth)
            return over(entry, "folders inside each other", static_cast<uint64_t>(limits.depth));
        if (entry.size > limits.apparent_bytes)
            return over(entry, "bytes a file", limits.apparent_bytes);
        uint64_t attributes = 0;
        for (const auto& [name, value] : entry.attributes) attributes += name.size() + value.size();
        if (attributes > limits.attribute_bytes)
            return over(entry, "bytes of attributes", limits.attribute_bytes);
        return step(0);
    }

    Result<void> add(TarReader& tar, const TarEntry& entry, Whiteouts whiteouts) {
        WW_TRY_VOID(check(entry));
        const auto path = path_beneath(entry.path);
        if (!path) return unusable(entry, "leads out of the tree");
        if (path->empty()) {
            if (!S_ISDIR(entry.mode)) return unusable(entry, "is the root, but no folder");
            return target.finish_root(entry);
        }
        const std::string_view name = base_name(*path);
        if (whiteouts == Whiteouts::Apply && name.starts_with(kWhiteout))
            return hide(*path, std::string(name));
        WW_TRY(const Spot spot, target.spot(*path));
        if (!entry.hard_link.empty()) return add_hard_link(spot, entry);
        WW_TRY_VOID(target.make_way(spot, S_ISDIR(entry.mode)));
        WW_TRY_VOID(make(tar, spot, entry));
        target.remember(spot);
        return {};
    }

    Result<void> hide(const std::string& path, const std::string& name) {
        const std::string folder(parent_of(path));
        if (name == kOpaque) return target.empty_lower(folder);
        if (name.starts_with(kAufs)) return {};
        const std::string hidden = name.substr(kWhiteout.size());
        // A whiteout of "." or ".." would be one of the folder or of what is above it.
        if (hidden.empty() || hidden == "." || hidden == "..")
            return Error(ErrorCode::Unprocessable,
                         fmt::format("the entry {} hides no name", quote(path)));
        // Nothing is made for the sake of removing something in it.
        if (!folder.empty() && !tree.status(folder)) return {};
        WW_TRY(Spot spot, target.spot(path));
        spot.name = hidden;
        return target.remove_lower(spot);
    }

    Result<void> add_hard_link(const Spot& spot, const TarEntry& entry) {
        const auto other = path_beneath(entry.hard_link);
        if (!other || other->empty())
            return unusable(entry, fmt::format("is a link to {}", quote(entry.hard_link)));
        const std::string_view above = parent_of(*other);
        const auto folder = tree.open_file(above.empty() ? "." : above, O_PATH | O_DIRECTORY);
        const std::string name(base_name(*other));
        struct stat there{};
        if (!folder || ::fstatat(folder->get(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0)
            return unusable(
                entry, fmt::format("is a link to {}, which is not there", quote(entry.hard_link)));
        if (S_ISDIR(there.st_mode))
            return unusable(entry,
                            fmt::format("is a link to the folder {}", quote(entry.hard_link)));
        struct stat here{};
        if (::fstatat(spot.folder, spot.name.c_str(), &here, AT_SYMLINK_NOFOLLOW) == 0 &&
            here.st_ino == there.st_ino && here.st_dev == there.st_dev) {
            target.remember(spot);  // the same already
            return {};
        }
        WW_TRY_VOID(target.make_way(spot, /*for_folder=*/false));
        if (::linkat(folder->get(), name.c_str(), spot.folder, spot.name.c_str(), 0) != 0)
            return Error::from_errno(errno, "link " + quote(entry.path));
        target.remember(spot);
        return {};
    }

    Result<void> make(TarReader& tar, const Spot& spot, const TarEntry& entry) {
        const char* const name = spot.name.c_str();
        switch (entry.mode & S_IFMT) {
            case S_IFREG:
                return make_file(tar, spot, entry);
            case S_IFDIR:
                if (::mkdirat(spot.folder, name, 0700) != 0 && errno != EEXIST)
                    return Error::from_errno(errno, "make " + quote(entry.path));
                return target.finish_folder(spot, entry);
            case S_IFLNK:
                if (entry.link.empty()) return unusable(entry, "is a link to nothing");
                if (::symlinkat(entry.link.c_str(), spot.folder, name) != 0)
                    return Error::from_errno(errno, "link " + quote(entry.path));
                return target.finish_special(spot, entry);
            case S_IFCHR:
            case S_IFBLK:
            case S_IFIFO:
                if (::mknodat(spot.folder, name, (entry.mode & S_IFMT) | 0600, entry.device) != 0)
                    return Error::from_errno(errno, "make " + quote(entry.path));
                return target.finish_special(spot, entry);
            default:
                return unusable(entry, "is of no type that a file can have");
        }
    }

    Result<void> make_file(TarReader& tar, const Spot& spot, const TarEntry& entry) {
        const UniqueFd fd(::openat(spot.folder,
                                   spot.name.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                   0600));
        if (!fd.valid()) return Error::from_errno(errno, "create " + quote(entry.path));
        uint64_t end = 0;
        for (;;) {
            WW_TRY(TarPiece piece, tar.piece());
            if (piece.bytes.empty()) break;
            if (piece.offset > entry.size || piece.bytes.size() > entry.size - piece.offset)
                return unusable(entry, "has more bytes than it says");
            if (piece.bytes.size() > options.limits.bytes - bytes)
                return over(entry, "bytes in all", options.limits.bytes);
            WW_TRY_VOID(step(piece.bytes.size()));
            WW_TRY_VOID(write_at(fd.get(), piece, entry));
            end = std::max(end, piece.offset + piece.bytes.size());
        }
        // A hole at the end.
        if (end < entry.size && ::ftruncate(fd.get(), static_cast<off_t>(entry.size)) != 0)
            return Error::from_errno(errno, "write " + quote(entry.path));
        return target.finish_file(fd.get(), entry);
    }

    static Result<void> write_at(int fd, TarPiece piece, const TarEntry& entry) {
        while (!piece.bytes.empty()) {
            const ssize_t put = ::pwrite(
                fd, piece.bytes.data(), piece.bytes.size(), static_cast<off_t>(piece.offset));
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return Error::from_errno(errno, "write " + quote(entry.path));
            piece.bytes.remove_prefix(static_cast<size_t>(put));
            piece.offset += static_cast<uint64_t>(put);
        }
        return {};
    }
};

Unpacker::Unpacker(const ConfinedDir& tree, UnpackOptions options)
    : impl_(std::make_unique<Impl>(tree, std::move(options))) {}
Unpacker::~Unpacker() = default;

Result<void> Unpacker::unpack(ByteSource& tar, Whiteouts whiteouts) {
    TarReader reader(tar);
    TarEntry entry;
    impl_->target.begin_layer();
    for (;;) {
        WW_TRY(const bool more, reader.next(entry));
        if (!more) break;
        WW_TRY_VOID(impl_->add(reader, entry, whiteouts));
    }
    WW_TRY_VOID(impl_->target.end_layer());
    // What follows the end of the archive belongs to its digest.
    return read_to_end(tar);
}

uint64_t Unpacker::entries() const { return impl_->entries; }
uint64_t Unpacker::bytes() const { return impl_->bytes; }
const std::string& Unpacker::not_kept() const { return impl_->target.not_kept(); }

}  // namespace ww::oci
