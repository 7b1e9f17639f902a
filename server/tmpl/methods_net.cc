// SPDX-License-Identifier: BSD-3-Clause
//
// The methods of net.IP and net.IPMask that templates can call.
#include "base/net.h"
#include "tmpl/function.h"
#include "tmpl/known_types.h"

namespace ww::tmpl {
namespace {

// Nothing for anything but 4 or 16 bytes.
std::optional<IpAddress> address_of(const Call& call) {
    return IpAddress::from_bytes(call.self().text());
}

Value bytes_of(std::string_view bytes, Type type) { return Value::string(bytes, type); }

Value in_four(Call& call) {
    const auto address = address_of(call);
    if (!address || !address->is_v4()) return Value::nil_of(types::kIp);
    const auto& all = address->bytes();
    return bytes_of({reinterpret_cast<const char*>(all.data()) + 12, 4}, types::kIp);
}

Value in_sixteen(Call& call) {
    const auto address = address_of(call);
    if (!address) return Value::nil_of(types::kIp);
    const auto& all = address->bytes();
    return bytes_of({reinterpret_cast<const char*>(all.data()), all.size()}, types::kIp);
}

// The mask of the address's class.
Value default_mask(Call& call) {
    const auto address = address_of(call);
    if (!address || !address->is_v4()) return Value::nil_of(types::kIpMask);
    const uint32_t top = address->v4() >> 24;
    const int bytes = top < 0x80 ? 1 : top < 0xC0 ? 2 : 3;
    std::string mask(4, '\0');
    for (int i = 0; i < bytes; ++i) mask[static_cast<size_t>(i)] = '\xFF';
    return bytes_of(mask, types::kIpMask);
}

Value masked(Call& call) {
    std::string address(call.self().text());
    std::string mask(call.text(0));
    if (mask.size() == 16 && address.size() == 4 && mask.substr(0, 12) == std::string(12, '\xFF'))
        mask.erase(0, 12);
    const std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
    if (mask.size() == 4 && address.size() == 16 && address.starts_with(mapped))
        address.erase(0, 12);
    if (address.size() != mask.size()) return Value::nil_of(types::kIp);
    for (size_t i = 0; i < address.size(); ++i)
        address[i] = static_cast<char>(address[i] & mask[i]);
    return bytes_of(address, types::kIp);
}

Value equal(Call& call) {
    const auto a = address_of(call), b = IpAddress::from_bytes(call.text(0));
    return Value::boolean(a && b ? *a == *b : call.self().text() == call.text(0));
}

bool is_loopback(const IpAddress& ip) {
    return ip.is_v4() ? ip.v4() >> 24 == 127 : ip == *IpAddress::parse("::1");
}

bool is_multicast(const IpAddress& ip) {
    return ip.is_v4() ? ip.v4() >> 28 == 0xE : ip.bytes()[0] == 0xFF;
}

bool is_private(const IpAddress& ip) {
    if (!ip.is_v4()) return (ip.bytes()[0] & 0xFE) == 0xFC;
    return ip.v4() >> 24 == 10 || ip.v4() >> 20 == 0xAC1 || ip.v4() >> 16 == 0xC0A8;
}

bool is_link_local_unicast(const IpAddress& ip) {
    return ip.is_v4() ? ip.v4() >> 16 == 0xA9FE
                      : ip.bytes()[0] == 0xFE && (ip.bytes()[1] & 0xC0) == 0x80;
}

bool is_link_local_multicast(const IpAddress& ip) {
    return ip.is_v4() ? ip.v4() >> 8 == 0xE00000
                      : ip.bytes()[0] == 0xFF && (ip.bytes()[1] & 0x0F) == 2;
}

bool is_interface_local_multicast(const IpAddress& ip) {
    return !ip.is_v4() && ip.bytes()[0] == 0xFF && (ip.bytes()[1] & 0x0F) == 1;
}

bool is_unspecified(const IpAddress& ip) { return ip.is_unspecified(); }

bool is_global_unicast(const IpAddress& ip) {
    const bool broadcast = ip.is_v4() && ip.v4() == 0xFFFFFFFF;
    return !broadcast && !ip.is_unspecified() && !is_loopback(ip) && !is_multicast(ip) &&
           !is_link_local_unicast(ip);
}

template <bool (*test)(const IpAddress&)>
Value run_test(Call& call) {
    const auto address = address_of(call);
    return Value::boolean(address && test(*address));
}

Value ip_string(Call& call) { return Value::string(types::kIp.info().text(call.self())); }

Value marshalled(Call& call) {
    if (call.self().length() == 0) return Value::text({}, types::kBytes);
    const auto address = address_of(call);
    if (!address)
        return call.fail("address {}: invalid IP address", types::kIp.info().text(call.self()));
    return Value::string(address->to_string(), types::kBytes);
}

}  // namespace

std::vector<Method> ip_methods() {
    return {
        {"String", "", ip_string},
        {"To4", "", in_four},
        {"To16", "", in_sixteen},
        {"DefaultMask", "", default_mask},
        {"Mask", "net.IPMask", masked},
        {"Equal", "net.IP", equal},
        {"IsPrivate", "", run_test<is_private>},
        {"IsLoopback", "", run_test<is_loopback>},
        {"IsMulticast", "", run_test<is_multicast>},
        {"IsUnspecified", "", run_test<is_unspecified>},
        {"IsGlobalUnicast", "", run_test<is_global_unicast>},
        {"IsLinkLocalUnicast", "", run_test<is_link_local_unicast>},
        {"IsLinkLocalMulticast", "", run_test<is_link_local_multicast>},
        {"IsInterfaceLocalMulticast", "", run_test<is_interface_local_multicast>},
        {"MarshalText", "", marshalled},
    };
}

std::vector<Method> ip_mask_methods() {
    return {
        {"String",
         "",
         [](Call& call) { return Value::string(types::kIpMask.info().text(call.self())); }},
    };
}

}  // namespace ww::tmpl
