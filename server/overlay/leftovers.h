// SPDX-License-Identifier: BSD-3-Clause
//
// What builders and editors that were killed left behind: archives and files, half written, under
// names that nothing is served from.
#pragma once

#include <string_view>

#include "overlay/site.h"

namespace ww::overlay {

/// What a file of an overlay is called while it is written: ".OVERLAY", this, and what AtomicFile
/// adds, in the folder of the site's overlays.
inline constexpr std::string_view kEditedFile = ".file";

/// Removes them from the folders of all nodes and of the site's overlays; not those that somebody
/// alive writes, in whatever process. Blocks while it deletes; what cannot be deleted stays.
void clear_leftovers(const Folders& folders);

}  // namespace ww::overlay
