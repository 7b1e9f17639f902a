// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "head_node.h"

using namespace ww;
using namespace ww::configure;
using test::HeadNode;
using Words = std::vector<std::string>;

namespace {

constexpr const char* kTwoNodes =
    "nodes:\n"
    "  n1:\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.1.1, netmask: 255.255.0.0}\n"
    "  n2:\n"
    "    ipmi: {ipaddr: 10.0.9.2, tags: {hwaddr: '02:00:00:00:09:02'}}\n"
    "    network devices:\n"
    "      default: {hwaddr: '02:00:00:00:00:02', ipaddr: 10.0.1.2, netmask: 255.255.0.0}\n"
    "      ib0: {device: ib0, ipaddr: 10.1.1.2, netmask: 255.255.0.0}\n";

std::string many_nodes(int count) {
    std::string text = "nodes:\n";
    for (int i = 0; i < count; ++i)
        text += fmt::format(
            "  n{}:\n    network devices:\n      default: {{hwaddr: '02:00:00:00:{:02x}:{:02x}', "
            "ipaddr: 10.0.{}.{}}}\n",
            i,
            i / 256,
            i % 256,
            100 + i / 250,
            1 + i % 250);
    return text;
}

struct Shape {
    const char* name;
    std::string nodes;
    std::string server;
};

std::vector<Shape> shapes() {
    const std::string range = "dhcp: {range start: 10.0.2.1, range end: 10.0.2.100}\n";
    return {
        {"no nodes, no range", "nodes: {}\n", ""},
        {"one subnet", kTwoNodes, range},
        {"static", kTwoNodes, "dhcp: {template: static}\n"},
        {"static with a range",
         kTwoNodes,
         "dhcp: {template: static, range start: 10.0.2.1, range end: 10.0.2.100}\n"},
        {"IPv6", kTwoNodes, "ipaddr6: fd00::1\nprefixlen6: 64\n" + range},
        {"IPv6, static, with a range",
         kTwoNodes,
         "ipaddr6: fd00::1\nprefixlen6: 64\ndhcp: {template: static, range6 start: 'fd00::100', "
         "range6 end: 'fd00::1ff'}\n"},
        {"TLS", kTwoNodes, "warewulf: {tls: true, systemd name: wwd}\n" + range},
        {"GRUB", kTwoNodes, "warewulf: {grubboot: true}\n" + range},
        {"GRUB, static", kTwoNodes, "warewulf: {grubboot: true}\ndhcp: {template: static}\n"},
        {"no TFTP", kTwoNodes, "tftp: {enabled: false}\n" + range},
        {"one boot program", kTwoNodes, "tftp: {ipxe: {'00:0B': snp-arm64.efi}}\n" + range},
        {"another port", kTwoNodes, "warewulf: {port: 80}\n" + range},
        {"10,000 nodes", many_nodes(10000), "dhcp: {template: static}\n"},
    };
}

bool is_installed(const char* program) { return exists(std::string("/usr/sbin/") + program); }

}  // namespace

TEST_CASE("every shape of site makes files that the DHCP servers accept", "[configure][dhcp]") {
    REQUIRE((is_installed("dnsmasq") && is_installed("dhcpd")));
    for (const Shape& shape : shapes()) {
        INFO(shape.name);
        for (const char* unit : {"dnsmasq", "isc-dhcp-server"}) {
            INFO(unit);
            HeadNode head(shape.nodes, shape.server);
            head.services.units.clear();
            head.services.install(unit);
            const auto done = head.carry_out(plan_dhcp(head.situation()));
            if (!done) FAIL(done.error().describe());
            CHECK(*done);
            CHECK(head.services.told ==
                  Words{fmt::format("restart {}", unit), fmt::format("enable {}", unit)});
            const bool isc = std::string_view(unit) != "dnsmasq";
            CHECK(head.get("/etc/dhcp/dhcpd.conf").empty() == !isc);
            CHECK(head.get("/etc/dnsmasq.d/ww4-hosts.conf").empty() == isc);
            CHECK_FALSE(*head.carry_out(plan_dhcp(head.situation())));
            CHECK(head.services.told.empty());
        }
    }
}

TEST_CASE("a file that the DHCP server refuses is not written", "[configure][dhcp]") {
    REQUIRE(is_installed("dnsmasq"));
    HeadNode head("nodes: {}\n", "dhcp: {range start: 10.0.2.1, range end: 10.0.2.100}\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    const std::string before = head.get("/etc/dnsmasq.d/ww4-hosts.conf");
    // A site's own overlay with a mistake in it.
    REQUIRE(make_directories(head.site.path("overlays/host/rootfs/etc/dnsmasq.d")));
    head.site.write("overlays/host/rootfs/etc/dnsmasq.d/ww4-hosts.conf.ww", "dhcp-rnge=oops\n");
    const auto done = head.carry_out(plan_dhcp(head.situation()));
    REQUIRE_FALSE(done);
    CHECK(done.error().code() == ErrorCode::Unprocessable);
    CHECK(done.error().message().find("dnsmasq refuses the new " +
                                      head.machine.at("/etc/dnsmasq.d/ww4-hosts.conf")) == 0);
    CHECK(head.get("/etc/dnsmasq.d/ww4-hosts.conf") == before);
    CHECK(head.services.told.empty());
}

TEST_CASE("which DHCP server it is", "[configure][dhcp]") {
    struct Case {
        const char* name;
        const char* configured;
        Words installed;
        const char* taken;
    };
    for (const Case& each : {
             Case{"the configured one", "dnsmasq", {"dhcpd", "dnsmasq"}, "dnsmasq"},
             Case{"the default", "dhcpd", {"dhcpd", "dnsmasq"}, "dhcpd"},
             Case{"Debian's name", "dhcpd", {"isc-dhcp-server", "dnsmasq"}, "isc-dhcp-server"},
             Case{"dnsmasq without ISC", "dhcpd", {"dnsmasq"}, "dnsmasq"},
         }) {
        INFO(each.name);
        HeadNode head("nodes: {}\n", fmt::format("dhcp: {{systemd name: {}}}\n", each.configured));
        head.services.units.clear();
        for (const std::string& unit : each.installed) head.services.install(unit);
        REQUIRE(head.carry_out(plan_dhcp(head.situation())));
        CHECK(head.services.told.front() == std::string("restart ") + each.taken);
    }
}

TEST_CASE("without a DHCP server nothing is done and the package is named", "[configure][dhcp]") {
    HeadNode head;
    head.services.units.clear();
    const auto plan = plan_dhcp(head.situation());
    REQUIRE_FALSE(plan);
    CHECK(plan.error().message() ==
          "no DHCP server is installed (looked for dhcpd, isc-dhcp-server and dnsmasq)");
    CHECK(plan.error().hint().find("install the package dnsmasq") == 0);
}

TEST_CASE("without systemd files are written and services left alone", "[configure][dhcp]") {
    HeadNode head;
    head.services.running = false;
    head.put("/usr/sbin/dnsmasq", "");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK_FALSE(head.get("/etc/dnsmasq.d/ww4-hosts.conf").empty());
    CHECK(head.services.told.empty());
    CHECK(head.was_said("warn: systemd does not run here: start dnsmasq by"));
}

TEST_CASE("a service that did not start is started by the next run", "[configure][dhcp]") {
    HeadNode head;
    head.services.fails["restart dnsmasq"] = true;
    CHECK_FALSE(head.carry_out(plan_dhcp(head.situation())));
    head.services.fails.clear();
    // It runs, but with the old files: somebody started it meanwhile.
    head.services.units["dnsmasq"].active = true;
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.services.told == Words{"restart dnsmasq", "enable dnsmasq"});
    CHECK_FALSE(*head.carry_out(plan_dhcp(head.situation())));
}

TEST_CASE("the address of a BMC is reserved", "[configure][dhcp]") {
    HeadNode head(kTwoNodes, "dhcp: {template: static}\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.get("/etc/dnsmasq.d/ww4-hosts.conf")
              .find("\ndhcp-host=02:00:00:00:09:02,set:warewulf,10.0.9.2,n2-bmc,infinite\n") !=
          std::string::npos);
    head.services.units.clear();
    head.services.install("dhcpd");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.get("/etc/dhcp/dhcpd.conf")
              .find("host n2-bmc\n{\n    hardware ethernet 02:00:00:00:09:02;\n    fixed-address "
                    "10.0.9.2;\n") != std::string::npos);
}

TEST_CASE("what was there is kept", "[configure][dhcp]") {
    HeadNode head("nodes: {}\n", "dhcp: {systemd name: dhcpd}\n");
    head.services.install("dhcpd");
    head.put("/etc/dhcp/dhcpd.conf", "# the distribution's\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.get("/etc/dhcp/dhcpd.conf.wwbackup") == "# the distribution's\n");
    const std::string ours = head.get("/etc/dhcp/dhcpd.conf");

    // An edit by hand is kept, what configure wrote itself is not.
    head.put("/etc/dhcp/dhcpd.conf", "# by hand\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.get("/etc/dhcp/dhcpd.conf") == ours);
    CHECK(head.get("/etc/dhcp/dhcpd.conf-old") == "# by hand\n");
    head.site.write("etc/warewulf/nodes.conf", kTwoNodes);
    head.site.reload();
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.get("/etc/dhcp/dhcpd.conf.wwbackup") == "# the distribution's\n");
    CHECK_FALSE(exists(head.machine.at("/etc/dhcp/dhcpd.conf-old.1")));
}

TEST_CASE("a dry run shows each file and service, and changes nothing", "[configure][dhcp]") {
    HeadNode head;
    const auto plan = plan_dhcp(head.situation());
    REQUIRE(plan);
    const std::string shown = show(*plan, head.services, *head.record);
    CHECK(shown.find("--- /dev/null\n+++ " + head.machine.at("/etc/dnsmasq.d/ww4-hosts.conf")) !=
          std::string::npos);
    CHECK(shown.find("\n+dhcp-range=10.0.0.0,static,255.255.0.0,6h\n") != std::string::npos);
    CHECK(shown.ends_with("would restart dnsmasq\nwould enable dnsmasq\n"));
    CHECK_FALSE(exists(head.machine.at("/etc/dnsmasq.d")));
    CHECK(head.services.told.empty());
    REQUIRE(head.carry_out(plan));
    CHECK(show(*plan_dhcp(head.situation()), head.services, *head.record).empty());
}

TEST_CASE("addresses of nodes in the pool for strangers are named", "[configure][dhcp]") {
    HeadNode head(kTwoNodes, "dhcp: {range start: 10.0.1.2, range end: 10.0.9.2}\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.was_said("10.0.1.2 of device default of node n2"));
    CHECK_FALSE(head.was_said("the BMC of node n2"));  // it has an entry
    CHECK_FALSE(head.was_said("node n1"));
    head.site.write("etc/warewulf/nodes.conf", "nodes:\n  n3:\n    ipmi: {ipaddr: 10.0.9.1}\n");
    head.site.reload();
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.was_said("10.0.9.1 of the BMC of node n3"));
}
