// SPDX-License-Identifier: BSD-3-Clause
//
// Hold: the right of one job to something ("image deb"), against every other job of the site, also
// those of a private wwd. A locked file of that name says who has it; it goes with its holder,
// however that ends.
#pragma once

#include <string>

#include "base/lock_file.h"
#include "base/result.h"

namespace ww::jobs {

/// What a job wants to itself, or shares with those who only read it, too.
struct Subject {
    std::string name;  // "image deb": no "/" in it
    bool shared = false;
};

class Hold {
   public:
    /// Never waits. `holder`: a line for those who come later. Makes the folder. Errors: Conflict,
    /// with the line of who has it; PermissionDenied, Io.
    static Result<Hold> take(const std::string& folder,
                             const Subject& subject,
                             const std::string& holder);

    Hold(Hold&&) noexcept = default;
    Hold& operator=(Hold&&) = delete;
    ~Hold();

   private:
    explicit Hold(LockFile lock) : lock_(std::move(lock)) {}

    LockFile lock_;
};

}  // namespace ww::jobs
