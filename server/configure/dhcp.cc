// SPDX-License-Identifier: BSD-3-Clause
//
// configure dhcp: ISC dhcpd or dnsmasq, whichever the machine has, from the overlay `host`.
#include "configure/dhcp.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/net.h"
#include "config/config.h"
#include "configure/host_overlay.h"
#include "nodes/snapshot.h"

namespace ww::configure {

namespace {

constexpr const char* kDnsmasq = "dnsmasq";

bool is_isc(const std::string& unit) {
    return unit.starts_with("dhcpd") || unit.starts_with("isc-dhcp-server");
}

bool is_dnsmasq_file(std::string_view path) { return path.starts_with("etc/dnsmasq."); }

std::vector<std::string> checker_of(std::string_view path) {
    if (is_dnsmasq_file(path)) return {"dnsmasq", "--test", "--conf-file={}"};
    if (path == "etc/dhcp/dhcpd.conf") return {"dhcpd", "-t", "-q", "-cf", "{}"};
    return {};
}

/// Addresses of nodes in the pool for strangers, which an ISC dhcpd would give to two.
void warn_of_pool(const Situation& situation, Plan& plan) {
    const auto first = IpAddress::parse(situation.conf.dhcp.range_start);
    const auto last = IpAddress::parse(situation.conf.dhcp.range_end);
    if (!first || !last) return;
    const auto check = [&](const std::optional<IpAddress>& address, const std::string& whose) {
        if (address && *first <= *address && *address <= *last)
            plan.note("warn",
                      fmt::format("{} of {} lies in the DHCP range {}-{} and may be given to "
                                  "another machine: move one of them",
                                  address->to_string(),
                                  whose,
                                  situation.conf.dhcp.range_start,
                                  situation.conf.dhcp.range_end));
    };
    const bool is_static = situation.conf.dhcp.template_name == "static";
    for (const nodes::Node& node : situation.snapshot.nodes()) {
        // With entries of their own, devices are safe there; controllers are if they have one.
        if (!is_static)
            for (const auto& [name, device] : node.network_devices)
                check(device.ipaddr, fmt::format("device {} of node {}", name, node.id));
        if (!is_static || !node.ipmi.tags.contains("hwaddr"))
            check(node.ipmi.ipaddr, fmt::format("the BMC of node {}", node.id));
    }
}

}  // namespace

DhcpServer find_dhcp_server(const Situation& situation) {
    // The configured one first; the others are what its absence means on this machine.
    std::vector<std::string> names = {situation.conf.dhcp.systemd_name};
    for (const char* other : {"dhcpd", "isc-dhcp-server", kDnsmasq})
        if (std::find(names.begin(), names.end(), other) == names.end()) names.emplace_back(other);
    std::erase(names, "");
    DhcpServer server;
    server.unit = first_found(situation.services, names);
    // Where nobody tells which services there are, programs do.
    const auto has = [&](const char* program) {
        return exists(situation.machine.at(std::string("/usr/sbin/") + program));
    };
    if (server.unit.presence == Unit::Presence::Unknown && is_isc(server.unit.name) &&
        !has("dhcpd") && has(kDnsmasq))
        server.unit.name = kDnsmasq;
    server.is_dnsmasq = server.unit.name == kDnsmasq || server.unit.name == "dnsmasq.service";
    server.is_isc = is_isc(server.unit.name);
    return server;
}

Result<Plan> plan_dhcp(const Situation& situation) {
    Plan plan{.part = "dhcp"};
    const config::WarewulfConf& conf = situation.conf;
    if (!conf.dhcp.enabled()) {
        plan.note("warn", "This system is not configured as a Warewulf DHCP controller");
        return plan;
    }
    const DhcpServer server = find_dhcp_server(situation);
    if (server.unit.presence == Unit::Presence::Missing)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("no DHCP server is installed (looked for {}, isc-dhcp-server and "
                                 "dnsmasq)",
                                 conf.dhcp.systemd_name))
            .with_hint(fmt::format("install the package {} and run this again, or set `dhcp: "
                                   "enabled: false` in {}",
                                   situation.machine.package_with(Software::DhcpServer),
                                   situation.conf_file));
    if (server.unit.name != conf.dhcp.systemd_name)
        plan.note("info",
                  fmt::format("There is no service {} here: DHCP is served by {}",
                              conf.dhcp.systemd_name,
                              server.unit.name));
    if (conf.warewulf.host_overlay()) {
        WW_TRY_VOID(add_host_files(situation, plan, [&](std::string_view path, Owner owner) {
            if (owner == Owner::Dhcp) {
                // A second server on the same network would answer, too.
                if (is_dnsmasq_file(path)) return !server.is_isc;
                return !server.is_dnsmasq;
            }
            return owner == Owner::Everybody || owner == Owner::Tftp;
        }));
        const size_t root = situation.machine.root.size() + 1;
        for (FileChange& file : plan.files)
            if (file.kind == FileChange::Kind::File)
                file.checker = checker_of(std::string_view(file.path).substr(root));
        warn_of_pool(situation, plan);
    } else {
        plan.note("info", "host overlays are disabled, did not modify/create dhcpd configuration");
    }
    plan.service = ServiceChange{.unit = server.unit,
                                 .heading = "Enabling and restarting the DHCP services",
                                 .restart_always = !conf.warewulf.host_overlay()};
    return plan;
}

}  // namespace ww::configure
