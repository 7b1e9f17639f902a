// SPDX-License-Identifier: BSD-3-Clause
//
// Aside: a folder beside the images where one is put together or taken apart, out of sight: its
// name is none an image can have, and only root may look in. It goes with its owner; should that be
// killed, the next Aside clears it away.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ww::image {

class Aside {
   public:
    /// Errors: Io, PermissionDenied.
    static Result<Aside> create(const std::string& chroots);

    Aside(Aside&& other) noexcept : path_(std::move(other.path_)), lock_(std::move(other.lock_)) {
        other.path_.clear();
    }
    Aside& operator=(Aside&&) = delete;
    ~Aside();

    const std::string& path() const { return path_; }
    /// Blocks until everything put in is on disk.
    Result<void> sync() const;

   private:
    Aside(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
    std::string path_;
    UniqueFd lock_;
};

/// Removes those whose owners are gone.
void clear_asides(const std::string& chroots);

/// Moves `from` to `to`, which must not exist. Errors: AlreadyExists, Io.
Result<void> move_to_new(const std::string& from, const std::string& to);

/// Lets two existing paths change places. Errors: NotFound, Io.
Result<void> exchange(const std::string& a, const std::string& b);

/// An error if a file system is mounted at or below `folder`: deleting the folder would delete what
/// is mounted, which is not part of it. Errors: FailedPrecondition, naming the mount.
Result<void> refuse_mounts_in(const std::string& folder);

}  // namespace ww::image
