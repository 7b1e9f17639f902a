// SPDX-License-Identifier: BSD-3-Clause
//
// ImageDigest: one image of one platform, known by its content: what there is to unpack, and in
// which order. Made of documents that were checked against their digests, wherever they came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// The image of an index for `wanted`; without `wanted`, the only one there is, or the one for this
/// machine. Errors: NotFound, saying what there is.
Result<Descriptor> choose(const Index& index, const std::optional<Platform>& wanted);

/// Puts the documents together. Errors: NotFound (the image is not for `wanted`, whatever an index
/// said), Unprocessable (they contradict each other).
Result<ImageDigest> describe_image(const Descriptor& manifest,
                                   const Manifest& content,
                                   const ImageConfig& config,
                                   const std::optional<Platform>& wanted);

}  // namespace ww::oci
