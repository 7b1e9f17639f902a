// SPDX-License-Identifier: BSD-3-Clause
//
// One file of a plan on its way into place: written beside it, checked there, then renamed.
#pragma once

#include "base/file.h"
#include "configure/plan.h"

namespace ww::configure {

class StagedFile {
   public:
    /// Makes missing folders. `change` must outlive it. A link that leads to a file elsewhere stays
    /// a link; its file gets the text. Errors: Io, PermissionDenied.
    static Result<StagedFile> create(const FileChange& change);

    /// Errors: Unprocessable, with what the checker says. A checker that is not installed checks
    /// nothing.
    Result<void> check() const;

    /// Keeps what was there where the plan says so, and returns the name of that copy. Errors: Io.
    Result<std::string> put_into_place(Record& record);

    const std::string& path() const { return change_->path; }

   private:
    explicit StagedFile(const FileChange& change) : change_(&change) {}
    Result<std::string> keep(const Record& record) const;

    const FileChange* change_;
    std::string target_;  // where a link leads to
    std::optional<AtomicFile> file_;
};

}  // namespace ww::configure
