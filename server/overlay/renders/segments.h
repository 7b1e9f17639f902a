// SPDX-License-Identifier: BSD-3-Clause
//
// Segments: what is kept of renderings on disk, for the next start. Each process appends to a file
// of its own, which it holds by a lock, and reads those of others once, at its start. Nothing
// depends on them: they may be deleted at any moment, and what is damaged, of another format or
// made by another program is passed over.
//
// A segment is a line of kFormat, `made_by` and a newline, then records: the payload's length (4
// bytes, little-endian), the first 8 bytes of its SHA-256, the payload. A payload begins with its
// kind:
//   T template: path, identity · R reads · F files · M what was made
//   O outcome: the names of the above, its key, its time
// Things are named by the first half of their SHA-256 and written once in a segment. Format 1.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>

#include "base/file.h"
#include "base/result.h"
#include "overlay/renders/limits.h"
#include "overlay/renders/outcome.h"

namespace ww::overlay {

/// Not for several threads: its owner has the lock.
class Segments {
   public:
    struct Found {
        const std::string& path;  // of the template
        const FileIdentity& identity;
        const Name& key;
        Outcome outcome;
    };

    Segments(std::string folder, std::string made_by, const RenderLimits& limits);
    ~Segments();
    Segments(const Segments&) = delete;
    Segments& operator=(const Segments&) = delete;

    /// Calls `each` for every outcome that is whole, the newest last, as far as the limit allows.
    /// Blocking. What cannot be read is passed over; what nobody will read is removed.
    void load(const std::function<void(Found)>& each);
    /// Whether there are more files of others than is good: then rewrite().
    bool crowded() const { return crowded_; }

    /// Goes to disk with the next flush().
    void add(const std::string& path,
             const FileIdentity& identity,
             const Name& key,
             const Outcome& outcome);
    /// Whether this process' file is too large, or gone: then rewrite().
    bool wants_rewrite() const;
    /// Begins a new file; `add_all` adds all that is to be kept. The old one goes then, and those
    /// of processes that have ended.
    Result<void> rewrite(const std::function<void()>& add_all);
    /// One write. Errors: Io, PermissionDenied; nothing is kept on disk from then on.
    Result<void> flush();
    /// Of this process' file.
    uint64_t bytes() const { return written_ + pending_.size(); }

   private:
    struct Reader;

    Result<void> begin();
    Result<void> give_up(Error why);
    void record(char kind, const Name& name, std::string_view payload);
    std::string path_of(const std::string& name) const { return folder_ + "/" + name; }
    bool is_ours(std::string_view text) const;

    const std::string folder_;
    const std::string header_;
    const RenderLimits& limits_;
    bool off_ = false;
    bool crowded_ = false;
    std::string name_;  // of this process' file
    UniqueFd fd_;
    uint64_t written_ = 0;
    std::string pending_;
    std::unordered_set<Name, Name::Hash> known_;  // what this process' file has
};

}  // namespace ww::overlay
