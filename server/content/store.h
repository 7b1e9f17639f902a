// SPDX-License-Identifier: BSD-3-Clause
//
// Store: what the site keeps by digest: blobs of imported images, built images of the past. One
// folder, one file a blob:
//
//     FOLDER/format            "1": what this page describes
//     FOLDER/sha256/<64 hex>   the bytes of that digest (where `skopeo --dest-shared-blob-dir
//                              FOLDER` puts its blobs too)
//     FOLDER/incoming/         half-written ones
//     FOLDER/notes/            what some are there for (notes.h)
//
// The store knows no names and keeps no counts: what is still wanted is its users' to say when
// something is collected (collect.h). Without the folder nothing but history is lost.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/confined_dir.h"
#include "base/result.h"
#include "content/digest.h"

namespace ww::content {

inline constexpr const char* kBlobFolder = "sha256";
inline constexpr const char* kIncomingFolder = "incoming";

/// While one lives, in whatever process, nothing is removed. Hold it from before the first look at
/// what is there until what was put or found is named by a root.
class Hold {
   private:
    friend class Store;
    explicit Hold(UniqueFd folder) : folder_(std::move(folder)) {}
    UniqueFd folder_;
};

/// Cheap to open: do so for each job. Const members may be called from any thread and process at
/// once. Everything blocks on the disk.
class Store {
   public:
    /// Makes the folder (0700) where there is none. One of a newer format is moved aside, beside
    /// it, with a word in the log, and a new one begun. Errors: PermissionDenied, Io.
    static Result<Store> open(const std::string& folder);

    const std::string& folder() const { return folder_.path(); }

    /// Waits for a collection under way. Errors: Cancelled, Io.
    Result<Hold> hold(const std::stop_token& stop = {}) const;

    bool has(const Digest& digest) const { return size(digest).has_value(); }
    /// In bytes. Errors: NotFound, Io.
    Result<uint64_t> size(const Digest& digest) const;
    /// For reading. What is in it is believed. Errors: NotFound, PermissionDenied, Io.
    Result<UniqueFd> open_blob(const Digest& digest) const;
    /// As open_blob, but reads it all first. One that is not what its name says is removed, so that
    /// it can be put again. Errors: as open_blob; Unprocessable (it was damaged), Cancelled.
    Result<UniqueFd> open_verified(const Digest& digest, const std::stop_token& stop = {}) const;

    /// Makes the complete and synced file `path`, of which the caller knows the digest, a blob too:
    /// a second name of it where that is possible, a copy on another file system. A blob that was
    /// there is replaced. Errors: NotFound, Io.
    Result<void> adopt(const std::string& path,
                       const Digest& digest,
                       const std::stop_token& stop = {}) const;
    /// The blob under the name `path` also, which must not exist: a second name, or a copy with its
    /// owner, mode and time. Not synced. Errors: NotFound, AlreadyExists, Io, Cancelled.
    Result<void> lend(const Digest& digest,
                      const std::string& path,
                      const std::stop_token& stop = {}) const;

   private:
    friend class Incoming;
    explicit Store(ConfinedDir folder) : folder_(std::move(folder)) {}

    std::string path_of(const Digest& digest) const;
    /// A name in incoming/ that nobody has.
    std::string incoming_name() const;
    /// Moves a complete file from incoming/ to its digest, durably. Errors: Io.
    Result<void> settle(const std::string& incoming, const Digest& digest) const;

    ConfinedDir folder_;
};

}  // namespace ww::content
