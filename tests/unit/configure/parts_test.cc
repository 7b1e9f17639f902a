// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>

#include "head_node.h"

using namespace ww;
using namespace ww::configure;
using test::HeadNode;
using Words = std::vector<std::string>;

TEST_CASE("boot programs come from where the distribution has them", "[configure][tftp]") {
    HeadNode head("nodes: {}\n", "dhcp: {enabled: false}\ntftp: {tftproot: /srv/tftp}\n");
    head.services.install("tftpd-hpa");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(head.get("/srv/tftp/warewulf/undionly.kpxe") == "bios");
    // The names are those that DHCP gives out.
    CHECK(head.get("/srv/tftp/warewulf/ipxe-snponly-x86_64.efi") == "x64");
    CHECK(head.get("/srv/tftp/warewulf/snponly.efi") == "arm");
    CHECK(head.was_said("info: Writing PXE files to: " + head.machine.at("/srv/tftp/warewulf")));
    CHECK(head.services.told == Words{"restart tftpd-hpa", "enable tftpd-hpa"});
    CHECK_FALSE(*head.carry_out(plan_tftp(head.situation())));

    // A newer package replaces what came from the older one; the server reads it when asked.
    head.put("/usr/lib/ipxe/snponly.efi", "x64, newer");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(head.get("/srv/tftp/warewulf/ipxe-snponly-x86_64.efi") == "x64, newer");
    CHECK(head.services.told.empty());
    // What somebody else put there stays.
    head.put("/srv/tftp/warewulf/undionly.kpxe", "my own");
    CHECK_FALSE(*head.carry_out(plan_tftp(head.situation())));
    CHECK(head.get("/srv/tftp/warewulf/undionly.kpxe") == "my own");
    CHECK(head.was_said("undionly.kpxe is another program than the installed one and stays"));
}

TEST_CASE("a missing boot program is named with its package", "[configure][tftp]") {
    HeadNode head;
    REQUIRE(::unlink(head.machine.at("/usr/share/ipxe/snp-arm64.efi").c_str()) == 0);
    struct Case {
        const char* os;
        const char* package;
    };
    for (const Case& each : {Case{"ID=debian\n", "the package ipxe brings one, from Debian 13 on"},
                             Case{"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                                  "the package ipxe-bootimgs-aarch64 brings one"},
                             Case{"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
                                  "the package ipxe-bootimgs brings one"}}) {
        INFO(each.os);
        head.put("/etc/os-release", each.os);
        REQUIRE(head.carry_out(plan_tftp(head.situation())));
        CHECK(head.was_said("warn: no boot program for UEFI aarch64 machines (DHCP code 00:0B)"));
        CHECK(head.was_said(each.package));
    }
}

TEST_CASE("two boot programs of one name are refused", "[configure][tftp]") {
    HeadNode head("nodes: {}\n",
                  "tftp: {ipxe: {'00:07': x86_64-efi/snponly.efi, '00:0B': "
                  "arm64-efi/snponly.efi}}\n");
    const auto plan = plan_tftp(head.situation());
    REQUIRE_FALSE(plan);
    CHECK(plan.error().message().ends_with("which TFTP would both serve as snponly.efi"));
}

TEST_CASE("with GRUB, shim and GRUB are served", "[configure][tftp]") {
    HeadNode head("nodes: {}\n", "warewulf: {grubboot: true}\ntftp: {tftproot: /srv/tftp}\n");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(
        head.was_said("warn: no shim on this server, and `grubboot` is on: the package "
                      "shim-signed brings it"));
    head.put("/usr/lib/shim/shimx64.efi.signed", "shim");
    head.put("/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "grub");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(head.get("/srv/tftp/warewulf/shim.efi") == "shim");
    CHECK(head.get("/srv/tftp/warewulf/grub.efi") == "grub");
    CHECK(head.get("/srv/tftp/warewulf/grubx64.efi") == "grub");
    CHECK(head.get("/srv/tftp/warewulf/grub.cfg").find("menuentry") != std::string::npos);
    CHECK(head.was_said("warn: no modules of GRUB on this server"));
    CHECK(head.was_said("the package grub-efi-amd64-bin brings them"));

    // Debian's GRUB looks elsewhere than EL's and SUSE's.
    head.put("/usr/lib/grub/x86_64-efi/http.mod", "http");
    head.put("/usr/lib/grub/x86_64-efi/fs.lst", "list");
    head.put("/usr/lib/grub/x86_64-efi/kernel.img", "image");
    head.put("/srv/tftp/grub/x86_64-efi/fs.lst", "somebody's");
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(head.get("/srv/tftp/grub/grub.cfg").ends_with("configfile /warewulf/grub.cfg\n"));
    CHECK(head.get("/srv/tftp/grub/x86_64-efi/http.mod") == "http");
    CHECK(head.get("/srv/tftp/grub/x86_64-efi/fs.lst") == "somebody's");
    CHECK_FALSE(exists(head.machine.at("/srv/tftp/grub/x86_64-efi/kernel.img")));
    CHECK_FALSE(*head.carry_out(plan_tftp(head.situation())));
}

TEST_CASE("the exports are written and only then served", "[configure][nfs]") {
    HeadNode head("nodes: {}\n",
                  "nfs: {export paths: [{path: /home, export options: 'rw,sync'}]}\n");
    REQUIRE(head.carry_out(plan_nfs(head.situation())));
    CHECK(head.get("/etc/exports") ==
          "# This file is autogenerated by warewulf\n/home 10.0.0.0/255.255.0.0(rw,sync)\n");
    CHECK(head.was_said("warn: the export path /home is not a folder here"));
    CHECK(head.services.told == Words{"restart nfs-server", "enable nfs-server"});
    CHECK_FALSE(*head.carry_out(plan_nfs(head.situation())));
    // Once it runs, other exports do not end it.
    head.put("/etc/exports", "# by hand\n");
    REQUIRE(head.carry_out(plan_nfs(head.situation())));
    CHECK(head.services.told == Words{"reload nfs-server"});
    CHECK(head.get("/etc/dnsmasq.d/ww4-hosts.conf").empty());
}

TEST_CASE("parts that are off do nothing", "[configure]") {
    HeadNode head("nodes: {}\n",
                  "dhcp: {enabled: false}\nnfs: {enabled: false}\ntftp: {enabled: false}\n");
    CHECK_FALSE(*head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.said == Words{"warn: This system is not configured as a Warewulf DHCP controller"});
    CHECK_FALSE(*head.carry_out(plan_nfs(head.situation())));
    CHECK(head.said.empty());
    REQUIRE(head.carry_out(plan_tftp(head.situation())));
    CHECK(head.services.told.empty());
    CHECK_FALSE(*head.carry_out(plan_tls(head.situation(), {})));
}

TEST_CASE("a host overlay that is off leaves files alone", "[configure]") {
    HeadNode head("nodes: {}\n", "warewulf: {host overlay: false}\n");
    REQUIRE(head.carry_out(plan_dhcp(head.situation())));
    CHECK(head.was_said("host overlays are disabled, did not modify/create dhcpd configuration"));
    CHECK(head.services.told.front() == "restart dnsmasq");
    CHECK_FALSE(exists(head.machine.at("/etc/dnsmasq.d")));
}

TEST_CASE("files a site adds are written, and secrets not shown", "[configure]") {
    HeadNode head;
    const std::string root = "overlays/host/rootfs/etc/";
    head.site.write(root + "motd.ww", "from {{ .Ipaddr }}\n");
    head.site.write(root + "munge.key", "s3cret", 0600);
    const std::string shown = show(*plan_ssh(head.situation(), {}), head.services, *head.record);
    CHECK(shown.find("+from 10.0.0.1\n") != std::string::npos);
    CHECK(shown.find("would write " + head.machine.at("/etc/munge.key") + " (6 bytes)\n") !=
          std::string::npos);
    CHECK(shown.find("s3cret") == std::string::npos);
    REQUIRE(head.carry_out(plan_nfs(head.situation())));
    CHECK(head.get("/etc/motd") == "from 10.0.0.1\n");
    struct stat status{};
    REQUIRE(::stat(head.machine.at("/etc/munge.key").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("keys are made once", "[configure][ssh]") {
    HeadNode head("nodes: {}\n", "ssh: {key types: [ed25519, ecdsa]}\n");
    REQUIRE(head.carry_out(plan_ssh(head.situation(), {})));
    const std::string folder = head.site.conf().paths.sysconfdir + "/warewulf/keys/";
    CHECK(head.get(folder + "ssh_host_ed25519_key").find("PRIVATE KEY") != std::string::npos);
    CHECK(head.get(folder + "ssh_host_ecdsa_key.pub").starts_with("ecdsa-sha2"));
    CHECK(head.was_said("info: Setting up key: ssh_host_ed25519_key"));
    struct stat status{};
    REQUIRE(::stat(head.machine.at(folder + "ssh_host_ed25519_key").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(head.get("/root/.ssh/authorized_keys") == head.get("/root/.ssh/id_ed25519.pub"));
    CHECK(head.get("/etc/profile.d/ssh_setup.sh").find("ssh-keygen") != std::string::npos);

    const std::string key = head.get(folder + "ssh_host_ed25519_key");
    CHECK_FALSE(*head.carry_out(plan_ssh(head.situation(), {})));
    CHECK(head.was_said("info: Skipping, key already exists: ssh_host_ed25519_key"));
    CHECK(head.was_said("info: Skipping authorized_keys: already exists: "));
    CHECK(head.get(folder + "ssh_host_ed25519_key") == key);
}

TEST_CASE("a user without root gets a key of his own", "[configure][ssh]") {
    HeadNode head;
    head.machine.is_root = false;
    REQUIRE(head.carry_out(plan_ssh(head.situation(), {.key_types = {"ed25519"}})));
    CHECK(head.was_said("info: Updating user's keys"));
    CHECK(exists(head.machine.at("/root/.ssh/authorized_keys")));
    CHECK_FALSE(exists(head.machine.at("/etc/profile.d")));
    CHECK_FALSE(plan_ssh(head.situation(), {.key_types = {"../x"}}));
}

TEST_CASE("the server is restarted when its configuration is another", "[configure][warewulfd]") {
    HeadNode head;
    REQUIRE(head.carry_out(plan_warewulfd(head.situation())));
    CHECK(head.services.told == Words{"restart wwd", "enable wwd"});
    CHECK_FALSE(*head.carry_out(plan_warewulfd(head.situation())));
    REQUIRE(replace_file(head.conf_file, *read_file(head.conf_file) + "# changed\n"));
    REQUIRE(head.carry_out(plan_warewulfd(head.situation())));
    CHECK(head.services.told == Words{"restart wwd"});
    head.services.units.clear();
    CHECK_FALSE(*head.carry_out(plan_warewulfd(head.situation())));
    CHECK(head.said == Words{"warn: Not (re)starting Warewulf server: no systemd name configured"});
}

TEST_CASE("two at once are refused", "[configure]") {
    HeadNode head;
    const auto second = Record::open(head.site.path("state"));
    REQUIRE_FALSE(second);
    CHECK(second.error().code() == ErrorCode::Conflict);
}
