// SPDX-License-Identifier: BSD-3-Clause
//
// configure dhcp: ISC dhcpd or dnsmasq, whichever the machine has, from the overlay `host`.
#include "configure/dhcp.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/net.h"
#include "config/config.h"
#include "configure/dhcp_networks.h"
#include "configure/host_overlay.h"
#include "configure/shell_setting.h"
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
        // With entries of their own, devices and controllers are safe there.
        if (!is_static)
            for (const auto& [name, device] : node.network_devices)
                check(device.ipaddr, fmt::format("device {} of node {}", name, node.id));
        if (!node.ipmi.tags.contains("hwaddr"))
            check(node.ipmi.ipaddr, fmt::format("the BMC of node {}", node.id));
    }
}

constexpr const char* kIscFile = "/etc/dhcp/dhcpd.conf";
constexpr const char* kDnsmasqFile = "/etc/dnsmasq.d/ww4-hosts.conf";
constexpr const char* kDnsmasqListens = "/etc/dnsmasq.d/ww4-interfaces.conf";

/// What a file will hold when the plan has been carried out.
std::string text_after(const Situation& situation, const Plan& plan, const char* file) {
    const std::string path = situation.machine.at(file);
    for (const FileChange& change : plan.files)
        if (change.path == path) return change.text;
    return read_file(path).value_or("");
}

void warn_of_interfaces(const Situation& situation, const Networks& networks, Plan& plan) {
    if (networks.empty() || !interfaces_in(networks, situation.machine).empty()) return;
    plan.note("warn",
              fmt::format("no interface of this machine has an address in the networks that DHCP "
                          "serves: is `ipaddr: {}` of {} right?",
                          situation.conf.ipaddr,
                          situation.conf_file));
}

/// Debian and SUSE start dhcpd only on interfaces that they are told.
Result<void> add_isc_interfaces(const Situation& situation, Plan& plan) {
    const std::string text = text_after(situation, plan, kIscFile);
    WW_TRY_VOID(check_isc_interfaces(text, situation.machine));
    const Networks networks = networks_of_isc(text);
    warn_of_interfaces(situation, networks, plan);
    std::vector<std::string> names;
    for (const Interface& interface : interfaces_in(networks, situation.machine))
        if (std::find(names.begin(), names.end(), interface.name) == names.end())
            names.push_back(interface.name);
    if (names.empty()) return {};
    const std::string value = fmt::format("{}", fmt::join(names, " "));
    add_shell_setting(situation, plan, "/etc/default/isc-dhcp-server", "INTERFACESv4", value);
    add_shell_setting(situation, plan, "/etc/sysconfig/dhcpd", "DHCPD_INTERFACE", value);
    return {};
}

/// The templates know one address of this server; where it has others in networks that it serves,
/// dnsmasq listens there, too.
void add_dnsmasq_interfaces(const Situation& situation, Plan& plan) {
    const Networks networks = networks_of_dnsmasq(text_after(situation, plan, kDnsmasqFile));
    warn_of_interfaces(situation, networks, plan);
    std::string lines;
    for (const Interface& interface : interfaces_in(networks, situation.machine))
        if (interface.address.to_string() != situation.conf.ipaddr)
            lines += fmt::format("listen-address={}\n", interface.address.to_string());
    const std::string path = situation.machine.at(kDnsmasqListens);
    if (lines.empty() && !exists(path)) return;
    plan.add({.path = path,
              .text = "# Written by wwctl configure dhcp: other addresses of this server in "
                      "networks that it serves\n" +
                      lines,
              .keep = Keep::Nothing});
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
        if (!server.is_dnsmasq) WW_TRY_VOID(add_isc_interfaces(situation, plan));
        if (!server.is_isc) add_dnsmasq_interfaces(situation, plan);
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
