// SPDX-License-Identifier: BSD-3-Clause
//
// SocketAddress: an address as the socket calls take it. Wraps sockaddr.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "base/net.h"

namespace ww::client {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(storage);

    SocketAddress() = default;  // for getsockname() and its like to fill
    SocketAddress(const IpAddress& address, uint16_t port);

    int family() const { return storage.ss_family; }
    IpAddress address() const;
    // The calls' own idiom: every address type starts with the family.
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

}  // namespace ww::client
