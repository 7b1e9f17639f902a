// SPDX-License-Identifier: BSD-3-Clause
//
// The address this machine would use towards the world, for a warewulf.conf that names none.
// Source: reference/store.md §1.3.
#pragma once

#include <optional>
#include <string>

#include "base/net.h"

namespace ww::config {

/// The source address of a route to 192.0.2.1 (RFC 5737); nothing is sent.
std::optional<IpAddress> own_address();
/// The mask of the first interface that is up and has this IPv4 address.
std::optional<IpAddress> mask_of_interface(const IpAddress& address);

}  // namespace ww::config
