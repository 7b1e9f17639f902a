// SPDX-License-Identifier: BSD-3-Clause
//
// Files as values: a descriptor owner, whole-file reads with a limit, and replacement that is
// atomic and durable (write aside, fsync, rename, fsync the folder). Paths that come from outside
// go through ConfinedDir instead.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ww {

/// Owns a file descriptor; -1 is none.
class UniqueFd {
   public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd();

    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    int release();
    void reset();

   private:
    int fd_ = -1;
};

/// Tells whether a path still holds the same bytes, without reading them.
struct FileIdentity {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = 0;
    int64_t mtime_ns = 0;
    int64_t ctime_ns = 0;

    bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const struct stat& status);
/// stat(2), following links. Errors: NotFound, Io.
Result<FileIdentity> identity_of(const std::string& path);

inline constexpr int64_t kMaxConfigBytes = int64_t{256} << 20;

/// A regular file, whole. Errors: NotFound, PermissionDenied, InvalidArgument (none), TooLarge, Io.
Result<std::string> read_file(const std::string& path, int64_t max_bytes = kMaxConfigBytes);
Result<std::string> read_fd(int fd, std::string_view name, int64_t max_bytes = kMaxConfigBytes);

/// Writes all of `bytes`. Errors: Io (ENOSPC included).
Result<void> write_all(int fd, std::string_view bytes, std::string_view name);

/// A file being written beside its final path; nothing of it is visible before commit(), and it
/// disappears if commit() is never reached. A crash leaves at most a hidden ".name.*", not locked.
class AtomicFile {
   public:
    /// Takes mode and owner of an existing file at `path`, else `mode` (umask not applied).
    /// With `force_mode` the mode is `mode` in any case.
    static Result<AtomicFile> create(const std::string& path, mode_t mode, bool force_mode = false);

    AtomicFile(AtomicFile&&) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    int fd() const { return fd_.get(); }
    /// Its name until it is in place, for programs that shall look at it before.
    const std::string& temporary() const { return temporary_; }
    /// Blocks until the bytes and the name are on disk.
    Result<void> commit();

    /// The steps of commit(), for who has to know how far it came: bytes to disk; the new name,
    /// with errno if it failed; the name to disk.
    Result<void> sync();
    int rename();
    Result<void> sync_folder() const;

   private:
    AtomicFile() = default;

    UniqueFd fd_;
    std::string path_;
    std::string temporary_;
};

/// The names in a folder, and that others are gone, to disk. Blocking. Errors: Io.
Result<void> sync_folder(const std::string& folder);

/// An anonymous file in memory that holds `text`, open at its start. Errors: Io.
Result<UniqueFd> memory_file(const char* name, std::string_view text = {});

Result<void> replace_file(const std::string& path, std::string_view bytes, mode_t mode = 0644);

/// mkdir -p with `mode` for every folder made. An existing folder is fine.
Result<void> make_directories(const std::string& path, mode_t mode = 0755);

/// Deletes a folder and all below it without following links. A path that does not exist is fine.
Result<void> remove_tree(const std::string& path);

bool exists(const std::string& path);        // lstat
bool is_directory(const std::string& path);  // stat

}  // namespace ww
