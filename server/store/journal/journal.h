// SPDX-License-Identifier: BSD-3-Clause
//
// Journal: who changed which nodes and profiles, or files of overlays, when, by which command, with
// their texts before and after, in an SQLite file beside the site's state. nodes.conf stays the
// store of record: without the journal, or with a broken one, everything but the history works.
// Holds secrets; mode 0600.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/entry_change.h"
#include "store/file_change.h"
#include "store/summary.h"

namespace ww::store {

struct Author {
    std::string via;   // socket, private, discovery, hand edit, start
    int64_t uid = -1;  // -1: nobody knows
    std::string user;
    std::string command;  // without secrets
};

struct Revision {
    int64_t number = 0;
    int64_t time = 0;  // Unix seconds
    Author author;
    std::string digest_before;  // SHA-256 of nodes.conf, hex
    std::string digest_after;
    int64_t undoes = 0;   // the revision this one takes back; 0: none
    std::string changed;  // "n[1-3], profile p"
    std::vector<EntryChange> entries;
    std::vector<FileChange> files;  // of an overlay
    /// What it did, if that was told when it was made; nothing: `entries` tell.
    std::optional<std::vector<ChangeGroup>> groups;
};

/// Which revisions, and how much of each.
struct RevisionQuery {
    /// Of nodes, profiles, overlays, or files of overlays ("generic:/etc/motd"); empty: all.
    std::vector<std::string> names = {};
    int64_t after = 0;      // later than this one only
    int64_t until = 0;      // not later than this one; 0: any
    std::string user = {};  // by this one only; empty: anybody
    int64_t since = 0;      // made at this time (Unix seconds) or later
    int64_t before = 0;     // made at this time or earlier; 0: any
    int64_t limit = -1;     // newest so many; -1: all
    bool texts = false;     // with `entries` and `files`; those of `names`, if any
    bool groups = false;    // with `groups` and `files`; only without `names`
};

/// Any thread; blocking. Changes are made with the site lock held; who reads much lets others in
/// between. Every call looks whether the file is still the one that is open, so that it
/// may be deleted at any time. A file that is no journal, or in which a text is not what was
/// written, is set aside, with a warning, and a new one begun. Errors of all functions: Io.
class Journal {
   public:
    /// At most so many changes, in so many bytes of the file, are kept; the oldest go first. The
    /// newest stays, whatever its size. Beside `bytes` the file holds the texts that are known now,
    /// and the log that SQLite writes ahead a few MiB.
    struct Limits {
        int64_t revisions = 10'000;
        int64_t bytes = int64_t{48} << 20;
    };

    /// Opens nothing yet. The folder is made when something is to be written.
    Journal(std::string path, const Limits& limits);
    explicit Journal(std::string path) : Journal(std::move(path), Limits()) {}
    ~Journal();

    const std::string& path() const;

    /// Digest of the file as the journal last knew it; nothing for a new journal.
    Result<std::optional<std::string>> digest();
    /// Changes that were begun and whose end is not recorded.
    Result<std::vector<Revision>> unfinished();
    /// What is different from the texts the journal knows.
    Result<std::vector<EntryChange>> changes_to(const EntryTexts& now);

    /// Forgets which texts it knew and learns these; a revision says so.
    Result<void> start(const Author& author, const std::string& digest, const EntryTexts& now);
    /// Durable when it returns. Gives the number; `number`, `time` and `changed` of the argument
    /// are not used.
    Result<int64_t> begin(const Revision& revision);
    /// The file holds the change. Need not be durable: digests tell. True: it is time to tidy().
    Result<bool> finish(int64_t number);
    /// It does not.
    Result<void> drop(int64_t number);
    /// Learns the texts anew, which are those after the last change, and lets the oldest changes
    /// go.
    Result<void> tidy(const EntryTexts& now);

    /// The oldest and the newest; zeros if there is none.
    struct Reach {
        int64_t oldest = 0;
        int64_t newest = 0;
    };
    Result<Reach> reach();
    /// The newest after which the file had this digest; 0 if there is none.
    Result<int64_t> number_of(const std::string& digest);
    /// How many finished ones there are.
    Result<int64_t> count();
    /// What a user should know, once: that a broken file was set aside.
    std::vector<std::string> take_warnings();
    /// Finished ones, newest first, one by one; until `take` gives false, or an error, which then
    /// is this one's.
    Result<void> each(const RevisionQuery& query,
                      const std::function<Result<bool>(Revision)>& take);
    /// All of them.
    Result<std::vector<Revision>> revisions(const RevisionQuery& query);

   private:
    class File;
    std::unique_ptr<File> file_;
};

}  // namespace ww::store
