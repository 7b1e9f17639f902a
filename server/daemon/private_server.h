// SPDX-License-Identifier: BSD-3-Clause
//
// `wwd --private FD`: the API for one wwctl on one connected socket, when no daemon runs. Blocking
// and without an event loop, since every such command starts one; ends when the peer closes.
#pragma once

#include <string>

#include "base/file.h"

namespace ww::daemon {

/// Serves until the end of the connection. Everything the site needs is opened when the first
/// request needs it. Returns the exit status of the process. Problems are told to the peer.
int serve_private(UniqueFd fd, const std::string& config_path);

}  // namespace ww::daemon
