// SPDX-License-Identifier: BSD-3-Clause
#include "configure/dhcp_networks.h"

#include <fmt/format.h>

#include "configure/shell_setting.h"
#include "head_node.h"

using namespace ww;
using namespace ww::configure;
using test::HeadNode;
using Words = std::vector<std::string>;

namespace {

// A rack behind a relay, BMCs in two networks, one of them with a gateway; n3 has a mask of its
// own making in the server's network.
constexpr const char* kSeveralNetworks =
    "nodes:\n"
    "  n1:\n"
    "    ipmi: {ipaddr: 10.8.0.1, netmask: 255.255.255.0, gateway: 10.8.0.254, tags: {hwaddr: "
    "'02:00:00:00:09:01'}}\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.1.1, netmask: 255.255.0.0, "
    "gateway: 10.0.0.1}\n"
    "      ib0: {device: ib0, ipaddr: 10.5.1.2, netmask: 255.255.0.0}\n"
    "  n2:\n"
    "    ipmi: {ipaddr: 10.8.0.130, netmask: 255.255.255.128, gateway: 10.9.9.9, tags: {hwaddr: "
    "'02:00:00:00:09:02'}}\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:02', ipaddr: 10.2.7.9, netmask: 255.255.252.0, "
    "gateway: 10.2.4.1}\n"
    "  n3:\n"
    "    ipmi: {ipaddr: 10.7.0.1, netmask: 255.255.255.0}\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:03', ipaddr: 10.0.9.3, netmask: 255.255.255.0}\n";

Interface interface(const char* name, const char* address) {
    return {name, *IpAddress::parse(address)};
}

std::string lines_with(const std::string& text, std::string_view word) {
    std::string found;
    size_t start = 0;
    while (start < text.size()) {
        const size_t end = std::min(text.find('\n', start), text.size());
        const std::string line = text.substr(start, end - start);
        if (line.find(word) != std::string::npos) found += line + "\n";
        start = end + 1;
    }
    return found;
}

void only_isc(HeadNode& head) {
    head.services.units.clear();
    head.services.install("isc-dhcp-server");
}

constexpr const char* kStatic = "dhcp: {template: static}\n";

}  // namespace

TEST_CASE("other networks of nodes and BMCs are served", "[configure][dhcp]") {
    HeadNode head(kSeveralNetworks, kStatic);
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(lines_with(head.get("/etc/dnsmasq.d/ww4-hosts.conf"), "dhcp-range") +
              lines_with(head.get("/etc/dnsmasq.d/ww4-hosts.conf"), "option:router") ==
          "dhcp-range=10.0.0.0,static,255.255.0.0,6h\n"
          "dhcp-range=set:10.2.4.0,10.2.4.0,static,255.255.252.0,6h\n"
          "dhcp-range=set:10.8.0.0,10.8.0.0,static,255.255.255.0,6h\n"
          "dhcp-range=set:10.8.0.128,10.8.0.128,static,255.255.255.128,6h\n"
          "dhcp-option=tag:10.2.4.0,option:router,10.2.4.1\n"
          "dhcp-option=tag:10.8.0.0,option:router,10.8.0.254\n");
    only_isc(head);
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    const std::string isc = head.get("/etc/dhcp/dhcpd.conf");
    CHECK(lines_with(isc, "subnet") ==
          "subnet 10.0.0.0 netmask 255.255.0.0 {\n"
          "subnet 10.2.4.0 netmask 255.255.252.0 {\n"
          "subnet 10.8.0.0 netmask 255.255.255.0 {\n"
          "subnet 10.8.0.128 netmask 255.255.255.128 {\n");
    CHECK(lines_with(isc, "routers") ==
          "    option routers 10.2.4.1;\n    option routers 10.8.0.254;\n");
}

TEST_CASE("without entries for nodes, BMCs have theirs", "[configure][dhcp]") {
    HeadNode head(kSeveralNetworks);
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    const std::string text = head.get("/etc/dnsmasq.d/ww4-hosts.conf");
    CHECK(lines_with(text, "dhcp-host") ==
          "dhcp-host=02:00:00:00:09:01,set:warewulf,10.8.0.1,n1-bmc,infinite\n"
          "dhcp-host=02:00:00:00:09:02,set:warewulf,10.8.0.130,n2-bmc,infinite\n");
    CHECK(lines_with(text, "10.2.4.0").empty());
}

TEST_CASE("networks are read from what the servers will read", "[configure][dhcp]") {
    const auto texts = [](const Networks& networks) {
        std::string all;
        for (const Cidr& each : networks)
            all += fmt::format("{}/{} ", each.address.to_string(), each.prefix_length);
        return all;
    };
    CHECK(
        texts(networks_of_isc("# subnet 10.9.0.0 netmask 255.255.0.0 {\n"
                              "subnet 10.0.0.0 netmask 255.255.0.0 {\n}\n"
                              "  subnet 10.1.0.0 netmask 255.255.255.0 {}\nsubnet\n"
                              "subnet 10.1.0.0 netmask 255.255.255.0 {}\nsubnet x netmask y {")) ==
        "10.0.0.0/16 10.1.0.0/24 ");
    CHECK(texts(networks_of_dnsmasq("dhcp-range=10.0.2.1,10.0.2.9,255.255.0.0,6h\n"
                                    "dhcp-range=set:a,10.1.0.0,static,255.255.255.0,6h\n"
                                    "dhcp-range=fd00::1,fd00::9,6h\ndhcp-range=\n"
                                    "dhcp-range=fd00::,ra-stateless,64,6h")) ==
          "10.0.0.0/16 10.1.0.0/24 ");
}

TEST_CASE("servers listen where the machine has an address to serve", "[configure][dhcp]") {
    HeadNode head(kSeveralNetworks, kStatic);
    head.machine.interfaces = {interface("eth0", "192.168.1.1"),
                               interface("eth1", "10.0.0.1"),
                               interface("eth2", "10.8.0.9")};
    constexpr const char* kListens = "/etc/dnsmasq.d/ww4-interfaces.conf";
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(lines_with(head.get(kListens), "=") == "listen-address=10.8.0.9\n");
    CHECK_FALSE(*head.carry_out(plan_dhcp(head.situation())));
    head.machine.interfaces.pop_back();
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(lines_with(head.get(kListens), "=").empty());
    CHECK_FALSE(exists(head.machine.at(std::string(kListens) + ".wwbackup")));

    head.machine.interfaces = {interface("eth0", "192.168.1.1")};
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.was_said("warn: no interface of this machine has an address in the networks"));
}

TEST_CASE("dhcpd is told its interfaces where the distribution asks", "[configure][dhcp]") {
    HeadNode head(kSeveralNetworks, kStatic);
    only_isc(head);
    head.machine.interfaces = {interface("eth0", "192.168.1.1"),
                               interface("eth1", "10.0.0.1"),
                               interface("eth1", "10.0.0.2"),
                               interface("eth2", "10.8.0.9")};
    head.put("/etc/default/isc-dhcp-server", "# comment\nINTERFACESv4=\"\"\nINTERFACESv6=\"\"\n");
    head.put("/etc/sysconfig/dhcpd", "DHCPD_INTERFACE=''\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.get("/etc/default/isc-dhcp-server") ==
          "# comment\nINTERFACESv4=\"eth1 eth2\"\nINTERFACESv6=\"\"\n");
    CHECK(head.get("/etc/default/isc-dhcp-server.wwbackup").find("v4=\"\"") != std::string::npos);
    CHECK(head.get("/etc/sysconfig/dhcpd") == "DHCPD_INTERFACE=\"eth1 eth2\"\n");
    CHECK_FALSE(*head.carry_out(plan_dhcp(head.situation())));
}

TEST_CASE("one interface in two networks is refused for dhcpd", "[configure][dhcp]") {
    HeadNode head(kSeveralNetworks, kStatic);
    only_isc(head);
    head.machine.interfaces = {interface("eth1", "10.0.0.1"), interface("eth1", "10.8.0.9")};
    const auto plan = plan_dhcp(head.situation());
    REQUIRE_FALSE(plan);
    CHECK(plan.error().message() ==
          "dhcpd cannot serve 10.0.0.0/16 and 10.8.0.0/24 on the one interface eth1");
    head.services.units.clear();
    head.services.install("dnsmasq");
    CHECK(plan_dhcp(head.situation()));
    CHECK(
        check_isc_interfaces("shared-network a {\nsubnet 10.0.0.0 netmask 255.255.0.0 {}\n"
                             "subnet 10.8.0.0 netmask 255.255.255.0 {}\n}\n",
                             head.machine));
}

TEST_CASE("TFTP servers are told the folder", "[configure][tftp]") {
    HeadNode head("nodes: {}\n", "dhcp: {enabled: false}\ntftp: {tftproot: /srv/boot}\n");
    const std::string root = "/srv/boot";
    head.services.install("tftpd-hpa");
    head.put("/etc/default/tftpd-hpa",
             "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\n");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(
        head.get("/etc/default/tftpd-hpa") ==
        fmt::format("TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"{}\"\nTFTP_ADDRESS=\":69\"\n", root));
    CHECK(head.services.told == Words{"restart tftpd-hpa", "enable tftpd-hpa"});
    CHECK_FALSE(*head.carry_out(plan_tftp(head.situation())));
    CHECK_FALSE(head.was_said("the TFTP server of this distribution"));
    head.put("/etc/os-release", "ID=rocky\nID_LIKE=\"rhel centos fedora\"\n");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(head.was_said("warn: the TFTP server of this distribution serves /var/lib/tftpboot"));
}

TEST_CASE("shell assignments are read and changed", "[configure]") {
    constexpr std::string_view kText = "#A=no\nA=one\nB='two words' # why\nA=\"three\"\nC=4 # four";
    CHECK(shell_setting(kText, "A") == "three");
    CHECK(shell_setting(kText, "B") == "two words");
    CHECK(shell_setting(kText, "C") == "4");
    CHECK_FALSE(shell_setting(kText, "D"));
    CHECK(shell_setting("A=\"open", "A") == "open");
    CHECK(with_shell_setting(kText, "A", "x") ==
          "#A=no\nA=one\nB='two words' # why\nA=\"x\"\nC=4 # four");
    CHECK(with_shell_setting(kText, "D", "x").ends_with("C=4 # four\nD=\"x\"\n"));
    CHECK(with_shell_setting("", "D", "x") == "D=\"x\"\n");
}
