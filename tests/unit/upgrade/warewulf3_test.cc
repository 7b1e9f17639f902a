// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/warewulf3.h"

#include <fmt/format.h>

#include "nodes/emit.h"
#include "support/site_text.h"

using namespace ww::nodes;
using namespace ww::upgrade;

namespace {

// Laid out as wwsh 3.8 prints it.
constexpr const char* kDump =
    R"(#### n0001 ###################################################################
          n0001: ID               = 17
          n0001: NAME             = n0001
          n0001: NODENAME         = n0001
          n0001: ARCH             = x86_64
          n0001: CLUSTER          = alpha
          n0001: DOMAIN           = UNDEF
          n0001: GROUPS           = compute,new
          n0001: ENABLED          = TRUE
          n0001: eth0.HWADDR      = 00:25:90:00:00:01
          n0001: eth0.HWPREFIX    = UNDEF
          n0001: eth0.IPADDR      = 10.1.0.1
          n0001: eth0.NETMASK     = 255.255.0.0
          n0001: eth0.NETWORK     = 10.1.0.0
          n0001: eth0.GATEWAY     = 10.1.255.254
          n0001: eth0.MTU         = 9000
          n0001: eth0.FQDN        = UNDEF
          n0001: ib0.HWADDR       = UNDEF
          n0001: ib0.IPADDR       = 10.2.0.1
          n0001: ib0.NETMASK      = 255.255.0.0
#### n0002 ###################################################################
          n0002: NAME             = n0002
          n0002: ARCH             = aarch64
          n0002: ENABLED          = FALSE
          n0002: eth0.IPADDR      = nonsense
#### n0001 ###################################################################
          n0001: BOOTSTRAP        = 3.10.0-957.el7.x86_64
          n0001: VNFS             = centos7.6
          n0001: FILES            = dynamic_hosts,slurm.conf
          n0001: PRESHELL         = FALSE
          n0001: POSTSHELL        = TRUE
          n0001: CONSOLE          = ttyS1,57600
          n0001: PXELINUX         = UNDEF
          n0001: SELINUX          = DISABLED
          n0001: KARGS            = "net.ifnames=0 quiet"
          n0001: BOOTLOCAL        = EXIT
          n0001: IPMI_IPADDR      = 10.3.0.1
          n0001: IPMI_USERNAME    = admin
          n0001: IPMI_PROTO       = lanplus
VNFS NAME            SIZE (M)   ARCH       CHROOT LOCATION
centos7.6            254.1      x86_64     /opt/ohpc/admin/images/centos7.6
BOOTSTRAP NAME            SIZE (M)      ARCH
3.10.0-957.el7.x86_64     40.3          x86_64
)";

Warewulf3Import imported(std::string_view text, std::string_view before = "nodes: {}") {
    Warewulf3Dump dump;
    dump.add(text, "dump");
    return import_warewulf3(
        dump, ww::test::registry(before), [](const std::string& name) { return name == "there"; });
}

std::string nodes_of(const Warewulf3Import& result) {
    return emit_nodes({result.registry.nodes.begin(), result.registry.nodes.end()}, 2);
}

std::string report(std::string_view text) {
    return fmt::format("{}", fmt::join(imported(text).report, "\n"));
}

// A node of which the dump says one thing.
std::string report_of(std::string_view value) { return report(fmt::format("  n1: {}\n", value)); }

}  // namespace

TEST_CASE("a dump of Warewulf 3 becomes nodes", "[store][warewulf3]") {
    const auto result = imported(kDump, "nodeprofiles: {default: {}}");
    CHECK(nodes_of(result) ==
          "n0001:\n"
          "  profiles:\n    - default\n"
          "  cluster name: alpha\n"
          "  image name: centos7.6\n"
          "  ipxe template: localdisk\n"
          "  kernel:\n    version: 3.10.0-957\n    args:\n      - net.ifnames=0\n      - quiet\n"
          "      - console=ttyS1,57600\n"
          "  ipmi:\n    username: admin\n    ipaddr: 10.3.0.1\n    interface: lanplus\n"
          "  network devices:\n"
          "    default:\n      device: eth0\n      hwaddr: 00:25:90:00:00:01\n      ipaddr: "
          "10.1.0.1\n"
          "      netmask: 255.255.0.0\n      gateway: 10.1.255.254\n      mtu: \"9000\"\n"
          "    ib0:\n      type: infiniband\n      device: ib0\n      ipaddr: 10.2.0.1\n"
          "      netmask: 255.255.0.0\n"
          "  tags:\n    groups: compute,new\n"
          "n0002:\n  profiles:\n    - default\n  network devices:\n    default:\n      device: "
          "eth0\n");
}

TEST_CASE("what Warewulf 4 has no place for is reported", "[store][warewulf3]") {
    CHECK(
        report(kDump) ==
        "image centos7.6: wwctl image import /opt/ohpc/admin/images/centos7.6 centos7.6\n"
        "n0001: file dynamic_hosts: overlay hosts\n"
        "n0001: file slurm.conf: wwsh file export slurm.conf FILE; wwctl overlay import --parents "
        "OVERLAY FILE PATH\n"
        "n0001: POSTSHELL TRUE: kernel argument rd.shell\n"
        "n0002: ARCH aarch64: nodes have no architecture; the image decides\n"
        "n0002: ENABLED FALSE: no counterpart; the node will be served like the others\n"
        "n0002: eth0.IPADDR nonsense: not an IP address");
    CHECK(report_of("BOOTSTRAP = mine").starts_with("n1: BOOTSTRAP mine: "));
    CHECK(report_of("SELINUX = ENFORCING").starts_with("n1: SELINUX ENFORCING: "));
    CHECK(report_of("NEW = 1") == "n1: NEW 1: no counterpart");
    CHECK(report_of("VNFS = there") == "");
    CHECK(report_of("VNFS = gone") == "image gone: wwctl image import FOLDER gone");
    CHECK(report("  n1: VALIDATE = TRUE\n  n2: VALIDATE = TRUE\n") ==
          "n[1-2]: VALIDATE TRUE: no counterpart");
    CHECK(
        report("  n1: eth0.IPADDR = 10.0.0.1\n  n1: eth0.NETMASK = 255.0.0.0\n  n1: eth0.NETWORK = "
               "10.1.0.0\n") == "n1: eth0.NETWORK 10.1.0.0: address and netmask say otherwise");
    CHECK(report("VNFS NAME SIZE\na 1.0 ppc64 /a\n") == "a: architecture ppc64 has no counterpart");
    CHECK(report("ERROR: no database\n") == "not understood: dump:1: ERROR: no database");
}

TEST_CASE("a kernel is told by its version without distribution", "[store][warewulf3]") {
    const auto version = [](const char* bootstrap) {
        return imported(fmt::format("  n1: BOOTSTRAP = {}\n", bootstrap))
            .registry.nodes.at("n1")
            .kernel.version;
    };
    CHECK(version("3.10.0-957.el7.x86_64") == "3.10.0-957");
    CHECK(version("3.10.0-1160.49.1.el7.x86_64") == "3.10.0-1160.49.1");
    CHECK(version("5.3.18-57-default") == "5.3.18-57");
    CHECK(version("4.4.0") == "4.4.0");
    CHECK(version("4.4") == "");
    CHECK(version("x4.4.0") == "");
}

TEST_CASE("nodes that exist keep what the dump does not say", "[store][warewulf3]") {
    const auto result = imported("  n1: CLUSTER = new\n  n1: eth0.IPADDR = 10.0.0.2\n",
                                 "nodes: {n1: {comment: c, cluster name: old, network devices: "
                                 "{default: {mtu: '1', ipaddr: 10.0.0.1}}}, n2: {comment: x}}");
    CHECK(nodes_of(result) ==
          "n1:\n  comment: c\n  cluster name: new\n  network devices:\n    default:\n      device: "
          "eth0\n"
          "      ipaddr: 10.0.0.2\n      mtu: \"1\"\nn2:\n  comment: x\n");
}

TEST_CASE("the boot device is the first that is no InfiniBand", "[store][warewulf3]") {
    const auto devices = [](std::string_view text) {
        const auto result = imported(text);
        std::string all;
        for (const auto& [key, device] : result.registry.nodes.at("n1").network_devices)
            all += key + "=" + device.device + " ";
        return all;
    };
    CHECK(devices(" n1: ib0.HWADDR = a\n n1: eth1.HWADDR = b\n n1: eth0.IPADDR = 10.0.0.1\n") ==
          "default=eth1 eth0=eth0 ib0=ib0 ");
    CHECK(devices(" n1: ib0.HWADDR = a\n") == "default=ib0 ");
    CHECK(devices(" n1: eth0.100.IPADDR = 10.0.0.1\n n1: eth0.HWADDR = a\n") ==
          "default=eth0 eth0.100=eth0.100 ");
}
