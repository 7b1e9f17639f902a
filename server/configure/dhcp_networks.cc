// SPDX-License-Identifier: BSD-3-Clause
#include "configure/dhcp_networks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ww::configure {

namespace {

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        visit(line);
    }
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

void add_network(std::string_view address, std::string_view mask, Networks& networks) {
    const auto in_network = IpAddress::parse(address);
    const auto dotted = IpAddress::parse(mask);
    if (!in_network || !in_network->is_v4() || !dotted) return;
    const auto length = mask_length(*dotted);
    if (!length) return;
    const Cidr network{Cidr{*in_network, *length}.network(), *length};
    const bool known = std::any_of(networks.begin(), networks.end(), [&](const Cidr& each) {
        return each.address == network.address && each.prefix_length == network.prefix_length;
    });
    if (!known) networks.push_back(network);
}

std::string to_string(const Cidr& network) {
    return fmt::format("{}/{}", network.address.to_string(), network.prefix_length);
}

}  // namespace

Networks networks_of_isc(std::string_view text) {
    Networks networks;
    for_each_line(text, [&](std::string_view line) {
        const auto words = split(line, ' ');
        if (words.size() >= 4 && words[0] == "subnet" && words[2] == "netmask")
            add_network(words[1], words[3], networks);
    });
    return networks;
}

Networks networks_of_dnsmasq(std::string_view text) {
    constexpr std::string_view kRange = "dhcp-range=";
    Networks networks;
    for_each_line(text, [&](std::string_view line) {
        if (!line.starts_with(kRange)) return;
        // [set:TAG,]FIRST,LAST|static,MASK[,...]
        auto words = split(line.substr(kRange.size()), ',');
        while (!words.empty() && words.front().find(':') != std::string_view::npos)
            words.erase(words.begin());
        if (words.size() >= 3) add_network(words[0], words[2], networks);
    });
    return networks;
}

std::vector<Interface> interfaces_in(const Networks& networks, const Machine& machine) {
    std::vector<Interface> found;
    for (const Interface& interface : machine.interfaces)
        if (std::any_of(networks.begin(), networks.end(), [&](const Cidr& network) {
                return network.contains(interface.address);
            }))
            found.push_back(interface);
    return found;
}

Result<void> check_isc_interfaces(std::string_view text, const Machine& machine) {
    if (text.find("shared-network") != std::string_view::npos) return {};
    std::map<std::string, Cidr> network_of;
    for (const Cidr& network : networks_of_isc(text))
        for (const Interface& interface : interfaces_in({network}, machine)) {
            const auto [known, fresh] = network_of.try_emplace(interface.name, network);
            if (!fresh && known->second.address != network.address)
                return Error(ErrorCode::FailedPrecondition,
                             fmt::format("dhcpd cannot serve {} and {} on the one interface {}",
                                         to_string(known->second),
                                         to_string(network),
                                         interface.name))
                    .with_hint(
                        "install dnsmasq in its place, or write a shared-network with both into a "
                        "copy of the overlay: wwctl overlay edit host etc/dhcp/dhcpd.conf.ww");
        }
    return {};
}

}  // namespace ww::configure
