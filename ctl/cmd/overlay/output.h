// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay build --output: archives of nodes as files below a folder of this machine. wwd
// hands over their bytes; they are written here, with the rights of whoever asked.
#pragma once

#include <string>

#include "ctl/context.h"

namespace ww::ctl::cmd {

/// FOLDER/NODE/__SYSTEM__.img and so on, as below provision/overlays, where nothing is written.
/// Blocking; the exit status. Errors: those of wwd; Unavailable (no room, before anything is
/// written); of the first archive that could not be made, when the others are written.
Result<int> build_into(Context& context, const std::string& folder);

}  // namespace ww::ctl::cmd
