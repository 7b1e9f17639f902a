// SPDX-License-Identifier: BSD-3-Clause
//
// Database: nodes.conf as a store of record. Readers take snapshots; writers queue on commit(),
// which re-reads the file if it changed, edits a copy, splices only the changed entries into the
// existing text and replaces the file atomically. A file that does not parse keeps the last good
// snapshot in place and is never overwritten.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "nodes/snapshot.h"
#include "store/change.h"
#include "store/form.h"
#include "store/journal/journal.h"

namespace ww::store {

/// What the history says about a commit.
struct Origin {
    Author author;
    int64_t undoes = 0;                // revision it takes back
    std::vector<EntryChange> wording;  // entries to be written in just these texts, where they fit
};

struct Commit {
    std::shared_ptr<const nodes::Snapshot> before;
    std::shared_ptr<const nodes::Snapshot> after;  // == before if nothing changed
    int64_t revision = 0;                          // its number in the journal; 0: none
    std::vector<std::string> warnings;             // saved, but
};

/// A snapshot with the digest of the text it was read from, which names the state of the file.
struct Version {
    std::shared_ptr<const nodes::Snapshot> snapshot;
    std::string digest;  // SHA-256, hex
};

class Database {
   public:
    /// `path`: nodes.conf. `lock_path`: the site's lock file, made if missing; held by flock(2)
    /// from the re-read to the rename, so that a daemon and a private instance never overwrite each
    /// other. `state_folder`: where the journal is; empty: none is kept. Always gives a database:
    /// if the file cannot be read, the snapshot is empty and problem() says why.
    static std::unique_ptr<Database> open(std::string path,
                                          std::string lock_path,
                                          const std::string& state_folder = {});

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    const std::string& path() const;

    /// Never null, never blocks.
    std::shared_ptr<const nodes::Snapshot> snapshot() const;
    Version version() const;
    /// nullptr if none is kept.
    Journal* journal() const;
    /// Why the file on disk is not what snapshot() shows; nothing if it is.
    std::optional<Error> problem() const;

    /// Reads the file if it changed since the last look, unless somebody is in the middle of
    /// writing it. True if a new snapshot was published. On error the last good snapshot stays.
    /// A file that is not there is an empty one, unless entries were read from it before.
    /// Blocking. Errors: NotFound, Io, Unprocessable with place.
    Result<bool> reload();

    /// Brings the journal up to the file: ends what a crash interrupted, and records an edit by
    /// hand. Every commit does so first. Gives the edit by hand, if there was one. Blocking.
    /// Errors: those of reload() and of the site lock; what is wrong with the journal is only
    /// logged.
    Result<std::optional<Revision>> record();

    /// Applies `change` to what is on disk now. One writer at a time, over all processes of the
    /// site. Order: the intent to the journal, the new file beside the old one, the rename (which
    /// is when it happens), the journal again. Blocking. Errors: those of `change`;
    /// FailedPrecondition (the file on disk is broken; nothing is written; or an entry that others
    /// are made of by an anchor changes, see splice.h); Unprocessable (the result would not load);
    /// Unavailable (another program has the site's lock, or is writing the file, for too long); Io.
    /// After an error nothing has changed.
    Result<Commit> commit(const Change& change, Form form = Form::Keep, const Origin& origin = {});

    /// Replaces the whole text, also of a file that does not load (of an older release) or is not
    /// there. The old one stays beside it. What a text that does not load said of its entries
    /// nobody knows; the history tells the change from what it knew last. Like commit() in
    /// everything else. Errors: those of `rewrite`;
    /// Unprocessable (the new text does not load); Unavailable; Io. After an error nothing has
    /// changed.
    using Rewrite = std::function<Result<std::string>(const std::string& text)>;
    struct Rewritten {
        std::string kept;      // where the old text is; empty if there was none, or nothing changed
        int64_t revision = 0;  // as in Commit
        std::vector<std::string> warnings;  // as in Commit
    };
    Result<Rewritten> rewrite(const Rewrite& rewrite, const Author& author = {});

    /// Lets go of the snapshot before the newest, which is kept so that no reader pays for taking
    /// it apart. Does nothing while a writer is at work.
    void forget_previous();

    /// Enters in the journal what a command did to files of an overlay; gives the number. Errors:
    /// Io, Unavailable; FailedPrecondition (no journal is kept).
    Result<int64_t> record_files(const Origin& origin, std::vector<FileChange> files);

    /// Runs `work`, which changes another file of the site, while no writer of the site is at work.
    /// Errors: those of `work`; Unavailable.
    Result<void> while_locked(const std::function<Result<void>()>& work);

    /// Gives the next discoverable node this hardware address, on its primary device, and ends its
    /// being discoverable; one winner per node however many ask at once. `accept`, if given, may
    /// turn a candidate down (the asker lacks its asset key); then the next one is tried. A node
    /// that has the address already is returned as it is. Errors: NotFound (no acceptable node is
    /// left), those of commit().
    struct Claim {
        std::shared_ptr<const nodes::Snapshot> snapshot;
        const nodes::Node* node = nullptr;  // in `snapshot`
        bool discovered = false;            // false: it was known already
    };
    using Accept = std::function<bool(const nodes::Node& merged)>;
    Result<Claim> claim_discoverable(std::string_view hwaddr, const Accept& accept = {});

   private:
    Database();
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace ww::store
