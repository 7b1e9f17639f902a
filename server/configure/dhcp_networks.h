// SPDX-License-Identifier: BSD-3-Clause
//
// Which networks a DHCP server's configuration serves, and through which of this machine's
// interfaces. Read from the rendered files, since a site may have templates of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "configure/machine.h"

namespace ww::configure {

using Networks = std::vector<Cidr>;

/// "subnet ADDRESS netmask MASK" of dhcpd.conf(5).
Networks networks_of_isc(std::string_view text);
/// "dhcp-range=" of dnsmasq(8), IPv4.
Networks networks_of_dnsmasq(std::string_view text);

/// Those with an address in one of the networks, each once per address, in the machine's order.
std::vector<Interface> interfaces_in(const Networks& networks, const Machine& machine);

/// ISC dhcpd refuses to start where one interface has addresses in two networks that are not said
/// to share a wire, and its own check does not see that. Errors: FailedPrecondition.
Result<void> check_isc_interfaces(std::string_view text, const Machine& machine);

}  // namespace ww::configure
