// SPDX-License-Identifier: BSD-3-Clause
//
// The journal as a file: its tables, and how it is opened, made and set aside. Tables: `revision`
// (one row per change), `pack` (its entries' texts, pack.h), `told` (what it did, as people
// are told), `file` (files of an overlay that it changed), `known` (the texts of all entries at one
// revision, from which those that came after lead to what is there now, so that an edit by hand can
// be told from nothing but the file), `state` (digest of the file now, and that revision).
// Write-ahead logging: a change costs one fsync, and readers never wait.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "store/journal/journal.h"
#include "store/journal/sqlite.h"

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

/// What Revision::changed says of its entries and files.
std::string name_changes(const Revision& revision);
/// Adds a change with its packs, under its number or, if that is 0, the next; gives the number. In
/// a transaction.
int64_t insert_revision(SqlFile& file, const Revision& revision, bool done);
/// The texts of all entries as of the newest revision. In a transaction.
void set_known(SqlFile& file, std::string_view digest, const std::vector<EntryChange>& texts);
/// Appends what is in the packs of a revision, of those that may have one of `names` (sorted) in
/// them; all: if it is empty.
void read_packs(SqlFile& file,
                int64_t number,
                const std::vector<std::string>& names,
                std::vector<EntryChange>& out);

/// Moves what the tables of formats 1 and 2 hold into today's. In a transaction.
void convert_journal(SqlFile& file, int64_t format, const Journal::Limits& limits);

}  // namespace ww::store
