// SPDX-License-Identifier: BSD-3-Clause
#include "content/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <random>
#include <vector>

#include "base/digest.h"
#include "base/lock_file.h"
#include "base/log.h"
#include "base/path.h"

namespace ww::content {

namespace {

constexpr int kFormat = 1;
constexpr const char* kFormatFile = "format";
constexpr size_t kReadSize = 256 << 10;
constexpr size_t kCopySize = 8 << 20;  // between two looks at whether to stop

enum class FormatState { Missing, Ours, Foreign };

FormatState format_of(const ConfinedDir& folder) {
    const Result<std::string> text = folder.read(kFormatFile, 64);
    if (!text && text.error().code() == ErrorCode::NotFound) return FormatState::Missing;
    return text && *text == fmt::format("{}\n", kFormat) ? FormatState::Ours : FormatState::Foreign;
}

/// A folder whose format we do not know is not ours to write to.
Result<void> set_aside(const std::string& folder) {
    WW_TRY(const UniqueFd lock, lock_folder(folder, LockKind::Exclusive));
    WW_TRY(const ConfinedDir there, ConfinedDir::open(folder));
    if (format_of(there) != FormatState::Foreign) return {};  // somebody else was faster
    std::string aside;
    for (int number = 1;; ++number) {
        aside = fmt::format("{}.set-aside-{}", folder, number);
        if (::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) == 0)
            break;
        if (errno != EEXIST) return Error::from_errno(errno, "rename " + folder);
    }
    log::warn(
        "content.set_aside {} has a format this wwd does not know; it is now {}", folder, aside);
    return {};
}

Result<void> make_private(const std::string& folder) {
    WW_TRY_VOID(make_directories(std::string(folder_of(folder))));
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return Error::from_errno(errno, "mkdir " + folder);
    return {};
}

Result<void> sync_descriptor(int fd, const std::string& name) {
    if (::fsync(fd) != 0) return Error::from_errno(errno, "fsync " + name);
    return {};
}

/// With owner, mode and time. Not synced.
Result<void> copy_file(const std::string& from,
                       const std::string& to,
                       const std::stop_token& stop) {
    const UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source.valid()) return Error::from_errno(errno, "open " + from);
    struct stat status{};
    if (::fstat(source.get(), &status) != 0) return Error::from_errno(errno, "stat " + from);
    const UniqueFd target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!target.valid()) return Error::from_errno(errno, "create " + to);
    std::vector<char> buffer;
    for (;;) {
        if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        ssize_t got = ::copy_file_range(source.get(), nullptr, target.get(), nullptr, kCopySize, 0);
        if (got < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP)) {
            buffer.resize(kReadSize);
            got = ::read(source.get(), buffer.data(), buffer.size());
            if (got > 0)
                WW_TRY_VOID(write_all(target.get(), {buffer.data(), static_cast<size_t>(got)}, to));
        }
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, fmt::format("copy {} to {}", from, to));
        if (got == 0) break;
    }
    const std::array<timespec, 2> times{status.st_mtim, status.st_mtim};
    if (::fchown(target.get(), status.st_uid, status.st_gid) != 0 ||
        ::fchmod(target.get(), status.st_mode & 07777) != 0 ||
        ::futimens(target.get(), times.data()) != 0)
        return Error::from_errno(errno, "set owner, mode and time of " + to);
    return {};
}

/// A second name if possible, else a copy.
Result<void> link_or_copy(const std::string& from,
                          const std::string& to,
                          const std::stop_token& stop) {
    if (::link(from.c_str(), to.c_str()) == 0) return {};
    // Another file system, one without links, or one that ran out of them.
    if (errno != EXDEV && errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP)
        return Error::from_errno(errno, fmt::format("link {} to {}", from, to));
    Result<void> copied = copy_file(from, to, stop);
    if (!copied && copied.error().code() != ErrorCode::AlreadyExists) ::unlink(to.c_str());
    return copied;
}

}  // namespace

Result<Store> Store::open(const std::string& path) {
    for (;;) {
        WW_TRY_VOID(make_private(path));
        WW_TRY(ConfinedDir folder, ConfinedDir::open(path));
        switch (format_of(folder)) {
            case FormatState::Foreign:
                WW_TRY_VOID(set_aside(path));
                continue;
            case FormatState::Missing: {
                // So that nobody takes the draft for a leftover.
                WW_TRY(const UniqueFd lock, lock_folder(path, LockKind::Shared));
                WW_TRY_VOID(replace_file(
                    fmt::format("{}/{}", path, kFormatFile), fmt::format("{}\n", kFormat), 0600));
                break;
            }
            case FormatState::Ours:
                break;
        }
        for (const char* part : {kBlobFolder, kIncomingFolder})
            if (::mkdirat(folder.fd(), part, 0700) != 0 && errno != EEXIST)
                return Error::from_errno(errno, fmt::format("mkdir {}/{}", path, part));
        return Store(std::move(folder));
    }
}

Result<Hold> Store::hold(const std::stop_token& stop) const {
    WW_TRY(UniqueFd fd, lock_folder(folder(), LockKind::Shared, stop));
    return Hold(std::move(fd));
}

std::string Store::path_of(const Digest& digest) const {
    return fmt::format("{}/{}/{}", folder(), kBlobFolder, digest.hex());
}

std::string Store::incoming_name() const {
    // By chance, not by process: two containers may have the same numbers.
    std::random_device random;
    return fmt::format("{}/{}/{:08x}{:08x}", folder(), kIncomingFolder, random(), random());
}

Result<uint64_t> Store::size(const Digest& digest) const {
    struct stat status{};
    const std::string path = path_of(digest);
    if (::lstat(path.c_str(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    if (!S_ISREG(status.st_mode)) return Error(ErrorCode::Io, path + " is no file");
    return static_cast<uint64_t>(status.st_size);
}

Result<UniqueFd> Store::open_blob(const Digest& digest) const {
    const std::string path = path_of(digest);
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    return fd;
}

Result<UniqueFd> Store::open_verified(const Digest& digest, const std::stop_token& stop) const {
    WW_TRY(UniqueFd fd, open_blob(digest));
    Sha256 found;
    std::string buffer(kReadSize, '\0');
    for (;;) {
        if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, "read " + path_of(digest));
        if (got == 0) break;
        found.update({buffer.data(), static_cast<size_t>(got)});
    }
    if (to_hex(found.finish()) != digest.hex()) {
        ::unlink(path_of(digest).c_str());
        return Error(ErrorCode::Unprocessable,
                     fmt::format("what was kept as {} was damaged; it is removed", digest.text()))
            .with_hint("look at the disk below " + folder());
    }
    if (::lseek(fd.get(), 0, SEEK_SET) != 0)
        return Error::from_errno(errno, "read " + path_of(digest));
    return fd;
}

Result<void> Store::settle(const std::string& incoming, const Digest& digest) const {
    const std::string path = path_of(digest);
    if (::rename(incoming.c_str(), path.c_str()) != 0)
        return Error::from_errno(errno, fmt::format("rename {} to {}", incoming, path));
    WW_TRY(const UniqueFd blobs, folder_.open_file(kBlobFolder, O_RDONLY | O_DIRECTORY));
    return sync_descriptor(blobs.get(), path);
}

Result<void> Store::adopt(const std::string& path,
                          const Digest& digest,
                          const std::stop_token& stop) const {
    const std::string name = incoming_name();
    WW_TRY_VOID(link_or_copy(path, name, stop));
    const UniqueFd fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    Result<void> settled = fd.valid() ? sync_descriptor(fd.get(), name)
                                      : Result<void>(Error::from_errno(errno, "open " + name));
    if (settled) settled = settle(name, digest);
    // rename(2) leaves both names of one file alone; ours is then still there.
    ::unlink(name.c_str());
    return settled;
}

Result<void> Store::lend(const Digest& digest,
                         const std::string& path,
                         const std::stop_token& stop) const {
    return link_or_copy(path_of(digest), path, stop);
}

}  // namespace ww::content
