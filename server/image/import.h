// SPDX-License-Identifier: BSD-3-Clause
//
// Makes an image out of a folder with a root file system, or out of another image; renames and
// deletes. What is new is put together aside and moved into place in one step at the end: no
// failure leaves half an image, and none touches one that was there.
// Source: reference/images-and-boot.md §1.7, §1.8, §1.12.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/machine/architecture.h"
#include "base/progress.h"
#include "image/image.h"

namespace ww::image {

enum class IfExists {
    Refuse,
    Replace,  // the whole CHROOTS/NAME goes, its other files too; trees beside this one stay
    Update,   // the new tree over the old one: same paths replaced, others kept
};

struct ImportOptions {
    IfExists if_exists = IfExists::Refuse;
    /// What the tree must be for; one of another architecture is refused.
    std::optional<Architecture> wanted;
    std::stop_token stop;
    /// Of the copy: names, and bytes of files. On the calling thread.
    ProgressSink progress;
};

/// Copies the folder `source`: owners, modes, times, hard links, devices, FIFOs and sockets, and
/// the attributes that belong to the tree (archive::portable_attributes). Errors: InvalidArgument
/// (name, or no bin/sh in the source), AlreadyExists, NotFound, Io, Cancelled; and those of
/// place_tree().
Result<void> import_folder(const Images& images,
                           const std::string& source,
                           const Variant& tree,
                           const ImportOptions& options = {});

/// A second image with the same trees, nothing else of CHROOTS/FROM. A folder CHROOTS/TO that is
/// not an image is filled. Errors: NotFound, InvalidArgument, AlreadyExists, Io, Cancelled.
Result<void> copy_image(const Images& images,
                        std::string_view from,
                        std::string_view to,
                        const ImportOptions& options = {});

/// Moves CHROOTS/FROM. What was built under either name is removed: it would be served as something
/// it is not. Nodes that name the image are the caller's business. Errors: NotFound,
/// InvalidArgument, AlreadyExists, Io.
Result<void> rename_image(const Images& images, std::string_view from, std::string_view to);

/// Removes CHROOTS/NAME and what was built of it. Whether anybody still uses it is the caller's to
/// ask. Errors: NotFound, Io.
Result<void> delete_image(const Images& images, std::string_view name);

}  // namespace ww::image
