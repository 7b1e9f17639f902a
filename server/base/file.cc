// SPDX-License-Identifier: BSD-3-Clause
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/path.h"

namespace ww {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

UniqueFd::~UniqueFd() { reset(); }

int UniqueFd::release() { return std::exchange(fd_, -1); }

void UniqueFd::reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

FileIdentity identity_of(const struct stat& status) {
    constexpr int64_t kSecond = 1'000'000'000;
    return {status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec * kSecond + status.st_ctim.tv_nsec};
}

Result<FileIdentity> identity_of(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    return identity_of(status);
}

Result<std::string> read_fd(int fd, std::string_view name, int64_t max_bytes) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) return Error::from_errno(errno, fmt::format("stat {}", name));
    if (S_ISDIR(status.st_mode)) return Error::from_errno(EISDIR, fmt::format("read {}", name));
    const auto too_large = [&] {
        return Error(ErrorCode::TooLarge,
                     fmt::format("{} is larger than {} bytes", name, max_bytes));
    };
    if (status.st_size > max_bytes) return too_large();
    std::string out;
    if (status.st_size > 0) out.reserve(static_cast<size_t>(status.st_size));
    char buffer[65536];
    for (;;) {
        const ssize_t got = ::read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, fmt::format("read {}", name));
        if (got == 0) return out;
        out.append(buffer, static_cast<size_t>(got));
        if (static_cast<int64_t>(out.size()) > max_bytes) return too_large();
    }
}

Result<std::string> read_file(const std::string& path, int64_t max_bytes) {
    // A FIFO without a writer, a device or a file like /proc/kmsg would keep us for ever.
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return Error(ErrorCode::InvalidArgument, path + " is not a regular file");
    return read_fd(fd.get(), path, max_bytes);
}

Result<void> write_all(int fd, std::string_view bytes, std::string_view name) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return Error::from_errno(errno, fmt::format("write {}", name));
        bytes.remove_prefix(static_cast<size_t>(put));
    }
    return {};
}

Result<void> sync_folder(const std::string& folder) {
    const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return Error::from_errno(errno, "open " + folder);
    if (::fsync(fd.get()) != 0) return Error::from_errno(errno, "fsync " + folder);
    return {};
}

Result<UniqueFd> memory_file(const char* name, std::string_view text) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd.valid()) return Error::from_errno(errno, "memfd_create");
    WW_TRY_VOID(write_all(fd.get(), text, name));
    if (::lseek(fd.get(), 0, SEEK_SET) != 0) return Error::from_errno(errno, "lseek");
    return fd;
}

namespace {

// A lock says that somebody lives who writes the file: what has none is a leftover. One may be
// taken for that between its making and its locking.
bool is_ours(int fd) {
    struct stat status{};
    return (::flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
           (::fstat(fd, &status) != 0 || status.st_nlink > 0);
}

}  // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, mode_t mode, bool force_mode) {
    AtomicFile file;
    file.path_ = path;
    do {
        file.temporary_ = fmt::format("{}/.{}.XXXXXX", folder_of(path), base_name(path));
        file.fd_ = UniqueFd(::mkostemp(file.temporary_.data(), O_CLOEXEC));
        if (!file.fd_.valid()) {
            const int reason = errno;
            file.temporary_.clear();
            return Error::from_errno(reason, fmt::format("create a file in {}", folder_of(path)));
        }
    } while (!is_ours(file.fd_.get()));
    struct stat old{};
    if (::stat(path.c_str(), &old) == 0) {
        if (!force_mode) mode = old.st_mode & 07777;
        // Best effort: an unprivileged writer keeps its own ownership.
        if (::fchown(file.fd_.get(), old.st_uid, old.st_gid) != 0) errno = 0;
    }
    if (::fchmod(file.fd_.get(), mode) != 0)
        return Error::from_errno(errno, "chmod " + file.temporary_);
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : fd_(std::move(other.fd_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})) {}

AtomicFile::~AtomicFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> AtomicFile::sync() {
    if (::fsync(fd_.get()) != 0) return Error::from_errno(errno, "fsync " + temporary_);
    return {};
}

int AtomicFile::rename() {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return errno;
    temporary_.clear();
    fd_.reset();
    return 0;
}

Result<void> AtomicFile::sync_folder() const {
    return ww::sync_folder(std::string(folder_of(path_)));
}

Result<void> AtomicFile::commit() {
    WW_TRY_VOID(sync());
    if (const int failed = rename(); failed != 0)
        return Error::from_errno(failed, fmt::format("rename {} to {}", temporary_, path_));
    return sync_folder();
}

Result<void> replace_file(const std::string& path, std::string_view bytes, mode_t mode) {
    WW_TRY(AtomicFile file, AtomicFile::create(path, mode));
    WW_TRY_VOID(write_all(file.fd(), bytes, path));
    return file.commit();
}

Result<void> make_directories(const std::string& path, mode_t mode) {
    for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (::mkdir(part.c_str(), 0700) == 0) {
            if (::chmod(part.c_str(), mode) != 0) return Error::from_errno(errno, "chmod " + part);
        } else if (errno != EEXIST || (end == std::string::npos && !is_directory(part))) {
            return Error::from_errno(errno, "mkdir " + part);
        }
        if (end == std::string::npos) return {};
    }
}

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

Result<void> remove_below(int parent, const char* name, const std::string& shown) {
    UniqueFd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return Error::from_errno(errno, "open " + shown);
    const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(fd.get()));
    if (!folder) return Error::from_errno(errno, "open " + shown);
    fd.release();
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string_view child = entry->d_name;
        if (child == "." || child == "..") continue;
        const std::string path = fmt::format("{}/{}", shown, child);
        if (::unlinkat(dirfd(folder.get()), entry->d_name, 0) == 0) continue;
        if (errno != EISDIR && errno != EPERM) return Error::from_errno(errno, "remove " + path);
        WW_TRY_VOID(remove_below(dirfd(folder.get()), entry->d_name, path));
        if (::unlinkat(dirfd(folder.get()), entry->d_name, AT_REMOVEDIR) != 0)
            return Error::from_errno(errno, "remove " + path);
    }
    return {};
}

}  // namespace

Result<void> remove_tree(const std::string& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0)
        return errno == ENOENT ? Result<void>() : Error::from_errno(errno, "remove " + path);
    if (!S_ISDIR(status.st_mode)) {
        if (::unlink(path.c_str()) != 0) return Error::from_errno(errno, "remove " + path);
        return {};
    }
    WW_TRY_VOID(remove_below(AT_FDCWD, path.c_str(), path));
    if (::rmdir(path.c_str()) != 0) return Error::from_errno(errno, "remove " + path);
    return {};
}

bool exists(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace ww
