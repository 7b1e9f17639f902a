// SPDX-License-Identifier: BSD-3-Clause
//
// The journal as a file: its tables, and how it is opened, made and set aside. Tables: `revision`
// (one row per change), `change` (its entries' texts), `entry` (the texts of all entries now, so
// that an edit by hand can be told from nothing but the file), `state` (digest of the file these
// belong to). Texts carry a checksum, since an undo writes them into nodes.conf. Write-ahead
// logging: a change costs one fsync, and readers never wait.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "store/journal.h"
#include "store/sqlite.h"

namespace ww::store {

class Journal::File {
   public:
    File(std::string path, const Limits& limits) : path_(std::move(path)), limits_(limits) {}

    const std::string& path() const { return path_; }
    const Limits& limits() const { return limits_; }
    std::vector<std::string> take_warnings();

    /// Runs `work` on the open journal, once more on a new one if the file turns out to be none.
    template <class Work>
    auto with(const Work& work) -> Result<decltype(work(std::declval<SqlFile&>()))> {
        const std::lock_guard lock(mutex_);
        for (bool again = true;; again = false) {
            std::optional<SqlFailure> failure = open();
            if (!failure) {
                auto outcome = work(*file_);
                failure = file_->take_failure();
                if (!failure) return outcome;
            }
            if (!failure->broken || !again) return error_of(*failure);
            set_aside(failure->text);
        }
    }

   private:
    std::optional<SqlFailure> open();
    void set_aside(const std::string& why);
    Error error_of(const SqlFailure& failure) const;

    const std::string path_;
    const Limits limits_;
    std::mutex mutex_;  // guards what follows
    std::unique_ptr<SqlFile> file_;
    FileIdentity opened_;
    std::vector<std::string> warnings_;
};

/// What with() gives for work that has nothing to tell.
struct Nothing {};

fields::EntryKind kind_of(int64_t number);
int64_t kind_number(fields::EntryKind kind);

}  // namespace ww::store
