// SPDX-License-Identifier: BSD-3-Clause
//
// Puts the entries of an overlay archive in place, one by one and atomically, touching only what
// differs: a program that reads a file sees the old or the new one, and nothing is restarted for an
// overlay that was rebuilt without a change. Nothing is ever deleted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ww::client {

struct Applied {
    std::vector<std::string> changed;  // paths that were made or replaced
    size_t unchanged = 0;
    /// What could not be done; the other entries were done all the same.
    std::vector<Error> failures;
};

class Target {
   public:
    /// `root` is "/" on a node. Links in the paths of entries are followed as if `root` were the
    /// root, so a merged /usr stays as it is and nothing outside can be reached. Errors: NotFound,
    /// Io.
    static Result<Target> open(const std::string& root);

    /// `archive` is a cpio archive ("newc"). Errors: Unprocessable if it is damaged, before
    /// anything is changed.
    Result<Applied> apply(std::string_view archive) const;

   private:
    Target() = default;
    UniqueFd root_;
    bool is_real_root_ = false;
};

}  // namespace ww::client
