// SPDX-License-Identifier: BSD-3-Clause
//
// What to run for the management controllers of nodes.
#pragma once

#include "api/caller.h"
#include "base/result.h"
#include "power/commands.h"
#include "protocol/power.h"

namespace ww::api {

/// As the route power/commands answers. A node for which there is no command has the reason.
Result<protocol::PowerReply> commands_for(Call& call,
                                          const protocol::PowerRequest& request,
                                          power::Templates from);

}  // namespace ww::api
