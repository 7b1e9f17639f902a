// SPDX-License-Identifier: BSD-3-Clause
//
// Which DHCP server the machine has; TFTP asks, too, since dnsmasq is both.
#pragma once

#include "configure/plan.h"

namespace ww::configure {

struct DhcpServer {
    Unit unit;
    bool is_dnsmasq = false;
    bool is_isc = false;  // neither: one that we do not know, and that gets the files of both
};

/// The configured unit, else what the machine has: ISC dhcpd, then dnsmasq.
DhcpServer find_dhcp_server(const Situation& situation);

}  // namespace ww::configure
