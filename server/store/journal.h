// SPDX-License-Identifier: BSD-3-Clause
//
// Journal: who changed which nodes and profiles, when, by which command, with their texts before
// and after, in an SQLite file beside the site's state. nodes.conf stays the store of record:
// without the journal, or with a broken one, everything but the history works. Holds secrets; mode
// 0600.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/entry_change.h"

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
    int64_t undoes = 0;  // the revision this one takes back; 0: none
    std::vector<EntryChange> entries;
};

/// Which revisions, and how much of each.
struct RevisionQuery {
    std::vector<std::string> names;  // of nodes or profiles; empty: all
    int64_t after = 0;               // later than this one only
    int64_t until = 0;               // not later than this one; 0: any
    int64_t limit = -1;              // newest so many; -1: all
    bool texts = false;              // entries of `names` with their texts; else names only
};

/// Any thread; blocking. Changes are made with the site lock held. Every call looks whether the
/// file is still the one that is open, so that it may be deleted at any time. A file that is no
/// journal, or in which a text is not what was written, is set aside, with a warning, and a new one
/// begun. Errors of all functions: Io.
class Journal {
   public:
    /// At most so many changes, and so many bytes of text, are kept; the oldest go first.
    struct Limits {
        int64_t revisions = 10'000;
        int64_t bytes = int64_t{64} << 20;
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
    /// Durable when it returns. Gives the number; `number` and `time` of the argument are not used.
    Result<int64_t> begin(const Revision& revision);
    /// The file holds the change. Need not be durable: digests tell.
    Result<void> finish(int64_t number);
    /// It does not.
    Result<void> drop(int64_t number);

    /// The newest after which the file had this digest; 0 if there is none.
    Result<int64_t> number_of(const std::string& digest);
    /// How many finished ones there are.
    Result<int64_t> count();
    /// What a user should know, once: that a broken file was set aside.
    std::vector<std::string> take_warnings();
    /// Finished ones, newest first.
    Result<std::vector<Revision>> revisions(const RevisionQuery& query);

   private:
    class File;
    std::unique_ptr<File> file_;
};

}  // namespace ww::store
