// SPDX-License-Identifier: BSD-3-Clause
//
// Variant: names one root tree of an image. The first tree of an image has no architecture in its
// name and lies where upstream has it (CHROOTS/NAME/rootfs); further ones, for machines of other
// architectures, lie beside it (CHROOTS/NAME/rootfs.aarch64). What a tree really is for is found by
// looking at it (image/architecture.h), never by its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/machine/architecture.h"

namespace ww::image {

/// A value. A plain name stands for the first tree.
struct Variant {
    std::string name;
    std::optional<Architecture> beside;  // of a tree beside the first

    Variant(std::string image_name) : name(std::move(image_name)) {}
    Variant(std::string_view image_name) : name(image_name) {}
    Variant(const char* image_name) : name(image_name) {}
    Variant(std::string_view image_name, std::optional<Architecture> architecture)
        : name(image_name), beside(architecture) {}

    bool operator==(const Variant&) const = default;

    /// "rocky", "rocky@aarch64": for messages, file names of builds, and the command line. The "@"
    /// can be in no image's name.
    std::string text() const;
    /// The folder of the tree in CHROOTS/NAME: "rootfs", "rootfs.aarch64".
    std::string folder() const;

    /// Reads text(). None for "NAME@WORD" whose WORD is no architecture.
    static std::optional<Variant> from(std::string_view text);
};

/// The architecture a folder of an image is named after: "rootfs.aarch64". None for any other name.
std::optional<Architecture> architecture_of_folder(std::string_view folder);

}  // namespace ww::image
