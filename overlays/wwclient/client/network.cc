// SPDX-License-Identifier: BSD-3-Clause
#include "client/network.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cerrno>

#include "client/socket_address.h"

namespace ww::client {

namespace {

constexpr uint16_t kAnyPort = 9;  // to which nothing is sent

UniqueFd datagram_socket(int family) {
    return UniqueFd(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

}  // namespace

NetworkWatch::NetworkWatch()
    : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)) {
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (fd_.valid() &&
        bind(fd_.get(), reinterpret_cast<const sockaddr*>(&groups), sizeof(groups)) != 0)
        fd_.reset();
}

void NetworkWatch::drain() {
    std::array<char, 8192> message;
    // ENOBUFS: the kernel had more to tell than fits, which is a change like any other.
    while (fd_.valid() &&
           (recv(fd_.get(), message.data(), message.size(), 0) > 0 || errno == ENOBUFS)) {
    }
}

bool has_route_to(const IpAddress& address) {
    // Connecting a datagram socket only looks up the route and a source address.
    const SocketAddress to(address, kAnyPort);
    const UniqueFd fd = datagram_socket(to.family());
    if (!fd.valid() || connect(fd.get(), to.get(), to.size) == 0) return true;
    return errno != ENETUNREACH && errno != EADDRNOTAVAIL;
}

bool is_own_address(const IpAddress& address) {
    const SocketAddress own(address, 0);
    const UniqueFd fd = datagram_socket(own.family());
    return !fd.valid() || bind(fd.get(), own.get(), own.size) == 0 || errno != EADDRNOTAVAIL;
}

}  // namespace ww::client
