// SPDX-License-Identifier: BSD-3-Clause
#include "client/socket_address.h"

#include <cstring>

namespace ww::client {

SocketAddress::SocketAddress(const IpAddress& address, uint16_t port) {
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v4.sin_addr.s_addr = htonl(address.v4());
        size = sizeof(v4);
        std::memcpy(&storage, &v4, size);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes().data(), 16);
        size = sizeof(v6);
        std::memcpy(&storage, &v6, size);
    }
}

IpAddress SocketAddress::address() const {
    if (family() == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof(v4));
        return IpAddress::from_v4(ntohl(v4.sin_addr.s_addr));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof(v6));
    std::string_view bytes(reinterpret_cast<const char*>(&v6.sin6_addr), sizeof(v6.sin6_addr));
    return *IpAddress::from_bytes(bytes);
}

}  // namespace ww::client
