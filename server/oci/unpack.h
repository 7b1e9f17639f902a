// SPDX-License-Identifier: BSD-3-Clause
//
// Puts tars on a disk, one over the other: an OCI image's layers with their whiteouts, or a tar
// with a whole root file system. Entries may come from anybody. Every name is resolved with the
// tree as its root, so that nothing outside is read or written whatever links are in it; a name
// that leads out by ".." is refused.
// Source: OCI image-spec v1.1, layer.md; reference/images-and-boot.md §1.6.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/confined_dir.h"
#include "base/result.h"
#include "oci/byte_source.h"

namespace ww::oci {

/// What one image may have in all; a root file system of a distribution has 300,000 names in 10 GB.
struct UnpackLimits {
    uint64_t entries = 20'000'000;
    uint64_t bytes = uint64_t{1} << 40;  // of files, holes not counted
    size_t path_bytes = 4096;            // PATH_MAX
    int depth = 500;                     // folders inside each other; archive::kMaxTreeDepth
    uint64_t attribute_bytes = 1 << 20;  // of one entry, in all
    uint64_t apparent_bytes = uint64_t{1} << 46;  // of one file, holes counted
};

struct UnpackOptions {
    UnpackLimits limits;
    std::stop_token stop;
    /// Called for each entry and every megabyte of a file with what was unpacked so far.
    std::function<void(uint64_t entries, uint64_t bytes)> progress;
};

enum class Whiteouts {
    Apply,    // ".wh.NAME" removes NAME of the layers below
    AsFiles,  // names like others
};

/// Unpacks into one tree. One thread. Needs root for owners, devices and other users' files.
class Unpacker {
   public:
    /// `tree` must outlive it and be the caller's alone.
    Unpacker(const ConfinedDir& tree, UnpackOptions options);
    ~Unpacker();
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;

    /// Owners, modes (set-user-id too), times in nanoseconds, hard links, holes, devices, FIFOs;
    /// attributes security.capability, security.selinux, user.*, POSIX ACLs (see not_kept()). Where
    /// an entry meets something else under its name, only a folder stays for a folder. Reads `tar`
    /// to its end.
    /// Errors: Unprocessable (damaged, a name that leads out, a hard link to nothing), TooLarge (a
    /// limit, named), Io, PermissionDenied, Cancelled. After one the tree is of no use.
    Result<void> unpack(ByteSource& tar, Whiteouts whiteouts);

    uint64_t entries() const;
    uint64_t bytes() const;
    /// The first attribute of another kind (trusted.*, for one) that an entry had and the tree has
    /// not: "NAME" of "PATH". Empty: there was none.
    const std::string& not_kept() const;

   private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ww::oci
