// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/advance_addresses.h"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace ww::nodes {

namespace {

Result<void> advance(std::optional<IpAddress>& address, uint32_t steps) {
    if (!address || address->is_unspecified()) return {};
    std::string bytes(address->bytes().begin(), address->bytes().end());
    const size_t first = address->is_v4() ? 12 : 0;
    uint64_t carry = steps;
    for (size_t i = bytes.size(); i > first; --i) {
        carry += static_cast<unsigned char>(bytes[i - 1]);
        bytes[i - 1] = static_cast<char>(carry & 0xFF);
        carry >>= 8;
    }
    if (carry > 0)
        return Error(
            ErrorCode::InvalidArgument,
            fmt::format("no address comes {} steps after {}", steps, address->to_string()));
    address = IpAddress::from_bytes(bytes);
    return {};
}

}  // namespace

Result<void> advance_addresses(Node& node, uint32_t steps) {
    for (auto& [name, device] : node.network_devices)
        WW_TRY_VOID(advance(device.ipaddr, steps), "addressing network device {}", name);
    WW_TRY_VOID(advance(node.ipmi.ipaddr, steps), "addressing the BMC");
    return {};
}

}  // namespace ww::nodes
