// SPDX-License-Identifier: BSD-3-Clause
//
// ImageRef: what "image name" of a node or profile says: an image, and perhaps the generation it
// is pinned to ("rocky@7"). Without one a node gets what is served of the image.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ww::image {

struct ImageRef {
    std::string name;
    std::optional<uint64_t> generation;

    /// What follows a "@" and is no number from 1 is part of the name, which then is no image's.
    static ImageRef from(std::string_view text);
    std::string text() const;

    bool operator==(const ImageRef&) const = default;
};

}  // namespace ww::image
