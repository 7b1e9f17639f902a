// SPDX-License-Identifier: BSD-3-Clause
//
// This node's network as the kernel sees it: whether there is a way to the server, whose an address
// is, and word of every change. No packet leaves the node for it.
#pragma once

#include "base/file.h"
#include "base/net.h"

namespace ww::client {

/// Tells that addresses of this node changed, from when it was made. Wraps rtnetlink(7).
class NetworkWatch {
   public:
    /// Where there is no netlink (a sandbox) it never tells anything.
    NetworkWatch();

    /// Something to read on it means a change; -1: see above.
    int fd() const { return fd_.get(); }

    /// Forgets the changes so far.
    void drain();

   private:
    UniqueFd fd_;
};

/// Whether packets to `address` would leave this node.
bool has_route_to(const IpAddress& address);

/// Whether `address` is one of this node's. With net.ipv4.ip_nonlocal_bind every address is.
bool is_own_address(const IpAddress& address);

}  // namespace ww::client
