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

    /// One that another process took, and gave us a copy of its descriptor: it lasts as long as
    /// either has it.
    explicit Hold(LockFile lock) : lock_(std::move(lock)) {}

    Hold(Hold&&) noexcept = default;
    Hold& operator=(Hold&&) = delete;
    ~Hold();

    /// The subject's name.
    std::string subject() const;
    /// For a copy of it.
    const std::string& path() const { return lock_.path(); }
    int fd() const { return lock_.fd(); }
    /// The file stays when this one goes: another process has a copy, and removes it.
    void leave_file() { leaves_file_ = true; }

   private:
    LockFile lock_;
    bool leaves_file_ = false;
};

/// Removes the files of holds that nobody has any more: whoever had them was killed.
void clear_holds(const std::string& folder);

}  // namespace ww::jobs
