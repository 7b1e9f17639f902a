// SPDX-License-Identifier: BSD-3-Clause
//
// What importers and builders that were killed left behind: trees and archives, half done, under
// names that nothing is served from.
#pragma once

#include <string>

#include "image/image.h"

namespace ww::image {

/// Everything that no living process has, with the images and in the content store. Blocks while it
/// deletes; what cannot be deleted is logged.
void clear_leftovers(const Images& images, const std::string& content);

/// Of builds of one image. For the holder of its SourceLock: only that one makes such.
void remove_build_leftovers(const Images& images, const Variant& tree);

}  // namespace ww::image
