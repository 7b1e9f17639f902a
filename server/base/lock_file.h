// SPDX-License-Identifier: BSD-3-Clause
//
// LockFile: a file whose lock says that somebody is at work, and whose text says who. Only its
// owner may open it: a lock needs no more than the right to read, so that a file which others can
// read is one that others can lock. Goes with its holder, however that ends. Source: flock(2).
#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ww {

class LockFile {
   public:
    enum class Kind { Exclusive, Shared };

    /// Makes the file, not its folder; one that others could read is closed to them. Not locked
    /// yet. Errors: PermissionDenied, Io.
    static Result<LockFile> open(std::string path);

    const std::string& path() const { return path_; }

    /// Never waits. False: somebody else has it. Errors: Io.
    Result<bool> try_lock(Kind kind = Kind::Exclusive);
    /// Whether the path still leads here: who had the lock before may have removed the file.
    bool is_in_place() const;

    /// What a holder wrote; empty if that cannot be told.
    std::string holder() const;
    /// For the others to read. Errors: Io.
    Result<void> write_holder(std::string_view text);

    bool valid() const { return fd_.valid(); }

   private:
    LockFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    UniqueFd fd_;
};

}  // namespace ww
