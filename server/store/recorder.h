// SPDX-License-Identifier: BSD-3-Clause
//
// Recorder: keeps the journal in step with nodes.conf, and sees to it that a journal that is
// missing, broken or full never stops a change: what goes wrong with it becomes a warning.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "store/journal/journal.h"

namespace ww::store {

/// nodes.conf at one moment; what it refers to must outlive the call.
struct FileState {
    std::string_view digest;
    const SourceFile* file = nullptr;  // nullptr: it does not load
};

/// Everything with the site lock held.
class Recorder {
   public:
    explicit Recorder(const std::string& state_folder);

    Journal& journal() { return journal_; }

    /// Whether the end of a change was not recorded, until catch_up().
    bool was_killed();

    /// Settles changes whose end was not recorded: the file tells whether they happened. Then
    /// records what differs from what the journal knows as an edit by hand, if the file loads.
    /// Gives that edit.
    std::optional<Revision> catch_up(const FileState& now);

    /// Gives the number of the change; 0 if it could not be recorded. The journal has caught up
    /// with `before`, and `after` loads. What a text that does not load said of its entries nobody
    /// knows: the change is then told from what the journal knew last.
    int64_t begin(const Origin& origin,
                  const FileState& before,
                  const FileState& after,
                  std::vector<std::string>& warnings);
    /// `after` is what the file holds now; nullptr: the change did not happen.
    void end(int64_t number, const FileState* after, std::vector<std::string>& warnings);

    /// A change of an overlay's files, which has happened. Errors: Io.
    Result<int64_t> record_files(const Origin& origin, std::vector<FileChange> files);

   private:
    Result<void> finish(int64_t number, const FileState& now);
    Result<void> settle(const FileState& now);
    Result<std::optional<Revision>> record_difference(const FileState& now);
    Result<std::vector<EntryChange>> changes_between(const FileState& before,
                                                     const FileState& after);

    Journal journal_;
};

}  // namespace ww::store
