// SPDX-License-Identifier: BSD-3-Clause
//
// What `configure` did last: the digests of the files it wrote, so that an edit by hand is noticed
// and kept, and the units whose files it changed but that it did not restart yet, so that a run
// which was cut short is finished by the next.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/lock_file.h"
#include "base/result.h"

namespace ww::configure {

class Record {
   public:
    /// Waits for nobody: two at once is an error. `folder` is made if missing. A file of another
    /// version counts as empty. Errors: Conflict (another configure runs), Io, PermissionDenied.
    static Result<Record> open(const std::string& folder);
    /// The same without the lock and without making anything, for a look.
    static Record look(const std::string& folder);

    /// Whether `path` holds what was written there last.
    bool is_ours(const std::string& path, std::string_view text) const;
    void wrote(const std::string& path, std::string_view text);

    bool restart_due(const std::string& unit) const { return due_.contains(unit); }
    void set_restart_due(const std::string& unit, bool due);

    /// Durable. Errors: Io.
    Result<void> save() const;

   private:
    Record() = default;
    void read();

    std::string path_;
    std::optional<LockFile> lock_;
    std::map<std::string, std::string> digests_;  // by path
    std::set<std::string> due_;
};

}  // namespace ww::configure
