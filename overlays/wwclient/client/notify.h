// SPDX-License-Identifier: BSD-3-Clause
//
// Tells systemd how we are. A few lines instead of libsystemd, which a static program cannot carry.
#pragma once

#include <string_view>

namespace ww::client {

/// Sends `state` ("READY=1", "STATUS=…") if a service manager asked for it (NOTIFY_SOCKET);
/// otherwise, and if it cannot be sent, nothing happens. Source: sd_notify(3).
void notify(std::string_view state);

}  // namespace ww::client
