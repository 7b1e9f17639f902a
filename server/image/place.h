// SPDX-License-Identifier: BSD-3-Clause
//
// Puts a new tree in its place, whoever makes what is in it: it is filled aside, and moved in one
// step at the end, with its record. No failure and no kill leaves half an image, and none touches
// one that was there. Private to imports.
#pragma once

#include <functional>

#include "image/import.h"
#include "image/record.h"

namespace ww::image {

/// Fills a tree, which is empty or, for an update, a copy of the old one. What it knows of where
/// that came from becomes the record; architecture and time are added.
using Fill = std::function<Result<Record>(const ConfinedDir& tree)>;

/// Errors: InvalidArgument (name), AlreadyExists, FailedPrecondition (something is mounted in what
/// would be replaced; a tree beside the first, where there is no first), Unprocessable (the tree is
/// not for `options.wanted`), Io, Cancelled, those of `fill`.
Result<Record> place_tree(const Images& images,
                          const Variant& tree,
                          const ImportOptions& options,
                          const Fill& fill);

/// Removes what was built of an image's trees, also of those that are gone already. Errors: Io.
Result<void> remove_built(const Images& images, std::string_view name);

Result<void> check_name(std::string_view name);

/// Copies `from` into `to` and tells how far that is. Returns the names and bytes copied.
Result<Record> copy_with_progress(const ConfinedDir& from,
                                  const ConfinedDir& to,
                                  const std::string& phase,
                                  const ImportOptions& options);

}  // namespace ww::image
