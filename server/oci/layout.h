// SPDX-License-Identifier: BSD-3-Clause
//
// Layout: an OCI image layout on this machine, and the image in it that is meant. Nothing in it is
// trusted: every document is read with a bound and checked against the digest it goes by before
// anything in it is used, and no path in the layout leads out of it.
// Source: OCI image-spec v1.1, image-layout.md.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"
#include "base/file.h"
#include "base/result.h"
#include "oci/image_digest.h"

namespace ww::oci {

class Layout {
   public:
    /// `folder` has index.json. Blobs are in `blobs`, a folder with sha256/HEX in it; empty: in
    /// folder/blobs. Errors: NotFound, Unprocessable (no layout, or of a version we do not know),
    /// Io.
    static Result<Layout> open(const std::string& folder, const std::string& blobs = {});

    /// One whose two files are at hand already, its blobs in the folder `blobs`.
    static Result<Layout> of(std::string_view marker, std::string index, const std::string& blobs);

    /// The image named `ref` (the only one there is if empty) for `wanted`; without `wanted`, for
    /// this machine if there are several. Errors: NotFound (no such name, or not for this
    /// platform: the message says what there is), Unprocessable, TooLarge, Io.
    Result<ImageDigest> find(std::string_view ref, const std::optional<Platform>& wanted) const;

    /// A blob, its size as `what` has it; what is in it is for the caller to check. Errors:
    /// NotFound, Unprocessable (another size, no plain file), Io.
    Result<UniqueFd> blob(const Descriptor& what) const;

   private:
    Layout(std::string name, std::string index, ConfinedDir blobs)
        : name_(std::move(name)), index_(std::move(index)), blobs_(std::move(blobs)) {}

    Result<std::string> document(const Descriptor& what) const;

    std::string name_;   // for messages
    std::string index_;  // index.json
    ConfinedDir blobs_;
};

/// Reads all of an open blob. Errors: Unprocessable, if it is not what `what` says; Io, Cancelled.
Result<void> verify_blob(int fd, const Descriptor& what, const std::stop_token& stop = {});

}  // namespace ww::oci
