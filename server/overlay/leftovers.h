// SPDX-License-Identifier: BSD-3-Clause
//
// What builders that were killed left behind: archives, half written, under names that nothing is
// served from.
#pragma once

#include "overlay/site.h"

namespace ww::overlay {

/// Removes them from the folders of all nodes; not those that a living builder writes, in whatever
/// process. Blocks while it deletes; what cannot be deleted stays.
void clear_leftovers(const Folders& folders);

}  // namespace ww::overlay
