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
#include "oci/manifest.h"

namespace ww::oci {

/// An image of one platform, all of it: what there is to unpack, and in which order.
struct ImageDigest {
    Digest manifest;
    Platform platform;
    std::string created;
    std::vector<Descriptor> layers;     // the lowest first
    std::vector<Digest> diff_ids;       // one for each layer
    std::vector<Descriptor> documents;  // manifest and configuration, to keep with the layers

    uint64_t bytes() const;  // of the layers, packed
};

class Layout {
   public:
    /// `folder` has index.json. Blobs are in `blobs`, a folder with sha256/HEX in it; empty: in
    /// folder/blobs. Errors: NotFound, Unprocessable (no layout, or of a version we do not know),
    /// Io.
    static Result<Layout> open(const std::string& folder, const std::string& blobs = {});

    /// The image named `ref` (the only one there is if empty) for `wanted`; without `wanted`, for
    /// this machine if there are several. Errors: NotFound (no such name, or not for this
    /// platform: the message says what there is), Unprocessable, TooLarge, Io.
    Result<ImageDigest> find(std::string_view ref, const std::optional<Platform>& wanted) const;

    /// A blob, its size as `what` has it; what is in it is for the caller to check. Errors:
    /// NotFound, Unprocessable (another size, no plain file), Io.
    Result<UniqueFd> blob(const Descriptor& what) const;

   private:
    Layout(ConfinedDir folder, ConfinedDir blobs)
        : folder_(std::move(folder)), blobs_(std::move(blobs)) {}

    Result<std::string> document(const Descriptor& what) const;
    Result<Descriptor> choose(const Index& index, const std::optional<Platform>& wanted) const;

    ConfinedDir folder_;
    ConfinedDir blobs_;
};

/// Reads all of an open blob. Errors: Unprocessable, if it is not what `what` says; Io, Cancelled.
Result<void> verify_blob(int fd, const Descriptor& what, const std::stop_token& stop = {});

}  // namespace ww::oci
