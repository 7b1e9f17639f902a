// SPDX-License-Identifier: BSD-3-Clause
#include "config/autodetect.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>  // IWYU pragma: keep (IFF_UP, which the kernel's header defines, too)
#include <sys/socket.h>

#include "base/file.h"

namespace ww::config {

namespace {

IpAddress address_of(const sockaddr* raw) {
    return IpAddress::from_v4(ntohl(reinterpret_cast<const sockaddr_in*>(raw)->sin_addr.s_addr));
}

}  // namespace

std::optional<IpAddress> own_address() {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in somewhere{};
    somewhere.sin_family = AF_INET;
    somewhere.sin_port = htons(80);
    somewhere.sin_addr.s_addr = ::inet_addr("192.0.2.1");
    auto* raw = reinterpret_cast<sockaddr*>(&somewhere);
    socklen_t size = sizeof somewhere;
    if (!socket.valid() || ::connect(socket.get(), raw, size) != 0) return std::nullopt;
    if (::getsockname(socket.get(), raw, &size) != 0) return std::nullopt;
    return address_of(raw);
}

std::optional<IpAddress> mask_of_interface(const IpAddress& address) {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return std::nullopt;
    std::optional<IpAddress> mask;
    for (const ifaddrs* one = all; one != nullptr && !mask; one = one->ifa_next) {
        if ((one->ifa_flags & IFF_UP) == 0 || one->ifa_addr == nullptr ||
            one->ifa_netmask == nullptr)
            continue;
        if (one->ifa_addr->sa_family == AF_INET && address_of(one->ifa_addr) == address)
            mask = address_of(one->ifa_netmask);
    }
    ::freeifaddrs(all);
    return mask;
}

}  // namespace ww::config
