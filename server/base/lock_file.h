// SPDX-License-Identifier: BSD-3-Clause
//
// LockFile: a file whose lock says that somebody is at work, and whose text says who. Only its
// owner may open it: a lock needs no more than the right to read, so that a file which others can
// read is one that others can lock. Goes with its holder, however that ends. Source: flock(2).
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ww {

enum class LockKind {
    Shared,     // beside other shared ones
    Exclusive,  // alone
};

class LockFile {
   public:
    /// Makes the file, not its folder; one that others could read is closed to them. Not locked
    /// yet. Errors: PermissionDenied, Io.
    static Result<LockFile> open(std::string path);
    /// A descriptor of such a file that another process opened, and maybe locked: a lock belongs to
    /// all copies of a descriptor, and goes with the last one.
    LockFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    const std::string& path() const { return path_; }

    /// Never waits. False: somebody else has it. Errors: Io.
    Result<bool> try_lock(LockKind kind = LockKind::Exclusive);
    /// Whether the path still leads here: who had the lock before may have removed the file.
    bool is_in_place() const;

    /// What a holder wrote; empty if that cannot be told.
    std::string holder() const;
    /// For the others to read. Errors: Io.
    Result<void> write_holder(std::string_view text);

    bool valid() const { return fd_.valid(); }
    int fd() const { return fd_.get(); }

   private:
    std::string path_;
    UniqueFd fd_;
};

/// Locks a folder itself: that needs no file. Only of folders that others cannot open, or whose
/// being locked by others does no harm. The lock is held until the descriptor is closed. Waits for
/// others, looking every 50 ms; with a stop requested from the start it only tries. Errors:
/// NotFound (`folder` is not there, or went away meanwhile), Cancelled, Io.
Result<UniqueFd> lock_folder(const std::string& folder,
                             LockKind kind,
                             const std::stop_token& stop = {});

}  // namespace ww
