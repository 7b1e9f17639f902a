// SPDX-License-Identifier: BSD-3-Clause
//
// Which server a command is for, when it is not the site of this machine: said by flags, by the
// environment, or by a file of the user's. A token comes from a file that only its user can read,
// never from the command line.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "ctl/flag.h"
#include "protocol/client.h"

namespace ww::ctl {

/// The longest file of settings or token that is read.
inline constexpr int64_t kMaxRemoteFileBytes = 64 << 10;

/// Where the user's settings are: $XDG_CONFIG_HOME/wwctl/remote, else ~/.config/wwctl/remote.
std::string remote_file();

/// Nothing: the site of this machine. In this order, the first that is said: --server (empty: this
/// machine), --warewulfconf (this machine), $WWCTL_SERVER, $WAREWULFCONF (this machine), the file.
/// What goes with it (token file, CA, fingerprint) comes from its flag, then from where the server
/// came from. Errors: InvalidArgument (no URL, plain HTTP that is not allowed, settings that do
/// not go together), NotFound, PermissionDenied (a file that others can read or write), Io.
Result<std::optional<protocol::Server>> find_server(const FlagValues& flags);

}  // namespace ww::ctl
