// SPDX-License-Identifier: BSD-3-Clause
//
// Which unit the server is; `wwctl server start` asks, too.
#pragma once

#include <string>

#include "configure/plan.h"

namespace ww::configure {

/// The unit of that name, else wwd or warewulfd, whichever the machine has. Without any, one that
/// is missing and has the configured name.
Unit find_server(Services& services, const std::string& configured);

}  // namespace ww::configure
