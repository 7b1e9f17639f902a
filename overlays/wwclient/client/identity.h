// SPDX-License-Identifier: BSD-3-Clause
//
// Who this node is: the address it booted with, and what its board says about itself.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::client {

struct Identity {
    std::string wwid;       // hardware address, as the boot loader wrote it
    std::string uuid;       // SMBIOS system UUID; empty where the board has none
    std::string asset_key;  // SMBIOS chassis asset tag, as it is; may be empty
};

/// Reads <root>/proc/cmdline and <root>/sys. A wwid of the form "[eth0]" stands for that device's
/// address. Boards without SMBIOS are fine: the server knows nodes by their address.
/// Errors: FailedPrecondition (no wwid, or of a device that is not there), Io.
Result<Identity> identify(const std::string& root = "");

/// The value of the first `name`=… word; empty if there is none.
std::string_view kernel_argument(std::string_view command_line, std::string_view name);

}  // namespace ww::client
