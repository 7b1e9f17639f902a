# SPDX-License-Identifier: BSD-3-Clause
"""Where the stock overlays differ from Warewulf's on purpose: what docs/compatibility.md promises about them.

What they have in common is in the vectors (tests/vectors/overlays).
"""

import os
import stat
import subprocess

import pytest

from lab import newc
from lab.site import Site

NODES = """\
nodeprofiles:
  default: {{}}
nodes:
  n1:
    profiles: [default]
    system overlay: [{overlay}]
{node}
"""


class Render:
    """render(overlay, node, files): path -> text of what the overlay gives to a node with these lines in
    nodes.conf; `files` are put into the site first."""

    def __init__(self, site):
        self.site = site

    def __call__(self, overlay, node="", files=None):
        root = self.site.root
        for path, text in (files or {}).items():
            os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
            with open(f"{root}/{path}", "w") as f:
                f.write(text)
        with open(f"{root}/etc/warewulf/nodes.conf", "w") as f:
            indented = "".join(f"    {line}\n" for line in node.splitlines())
            f.write(NODES.format(overlay=overlay, node=indented))
        self.site.wwctl("overlay", "build", "n1")
        with open(f"{root}/var/lib/warewulf/provision/overlays/n1/__SYSTEM__.img", "rb") as f:
            entries = newc.unpack(f.read())
        return {entry.path: entry.data.decode() for entry in entries if not stat.S_ISDIR(entry.mode)}


@pytest.fixture
def render(programs, tmp_path):
    return Render(Site(str(tmp_path / "site"), programs))


EMPTY_WITHOUT_DEVICES = {
    "NetworkManager": "etc/NetworkManager/system-connections/",
    "ifcfg": "etc/sysconfig/network-scripts/",
    "ifupdown": "etc/network/interfaces.d/",
    "systemd.networkd": "etc/systemd/network/default",
    "systemd.netname": "etc/systemd/network/",
    "wicked": "etc/wicked/",
    "ignition": "etc/systemd/system/ignition",
    "sfdisk": "warewulf/sfdisk/",
    "ssh.host_keys": "etc/ssh/",
}


@pytest.mark.parametrize("overlay, folder", EMPTY_WITHOUT_DEVICES.items())
def test_overlays_without_data_leave_no_stub_files(render, overlay, folder):
    assert [path for path in render(overlay) if path.startswith(folder)] == []


def test_ignition_has_no_configuration_where_nothing_is_configured(render):
    assert "warewulf/ignition.json" not in render("ignition")


@pytest.mark.parametrize(
    "overlay",
    ["NetworkManager", "ifcfg", "ifupdown", "systemd.networkd", "systemd.netname", "wicked", "netplan", "issue"],
)
def test_every_file_ends_with_a_newline(render, overlay):
    node = """\
network devices:
  a: {device: eth0, hwaddr: 02:00:00:00:00:01, ipaddr: 10.0.0.1, netmask: 255.0.0.0}
  b: {device: eth1, hwaddr: 02:00:00:00:00:02}
  c: {device: eth2}"""
    for path, text in render(overlay, node).items():
        assert text == "" or text.endswith("\n"), path


def test_unset_values_are_empty_not_nil(render):
    config = render("wwinit")["warewulf/config"]
    assert 'WWIPMI_IPADDR=""\n' in config
    assert "<nil>" not in config
    node = "network devices:\n  a: {device: eth0, hwaddr: 02:00:00:00:00:01}"
    assert "<nil>" not in render("issue", node)["etc/issue"]


def test_passwords_reach_the_shell_as_they_are(render):
    password = r"""a"b$HOME`id`\c'd"""
    config = render("wwinit", f"ipmi: {{username: u, password: {quoted(password)}}}")["warewulf/config"]
    script = config + 'printf %s "$WWIPMI_PASSWORD"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True).stdout == password


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("kind", ["vlan", "bond", "bridge"])
def test_network_manager_keeps_the_mtu_of_every_type(render, kind):
    node = f"network devices:\n  a: {{type: {kind}, device: x0, ipaddr: 10.0.0.1, netmask: 255.0.0.0, mtu: '9000'}}"
    text = render("NetworkManager", node)["etc/NetworkManager/system-connections/warewulf-a.conf"]
    assert "[ethernet]\nmtu=9000\n" in text


def test_ipv6_addresses_have_their_prefix_everywhere(render):
    node = """\
network devices:
  a: {device: eth0, ipaddr6: "fd00::1", prefixlen6: "64", gateway6: "fd00::fe"}"""
    assert "<local>fd00::1/64</local>" in render("wicked", node)["etc/wicked/ifconfig/ifcfg-a.xml"]
    ifcfg = render("ifcfg", node)["etc/sysconfig/network-scripts/ifcfg-a.conf"]
    assert 'IPV6ADDR="fd00::1/64"\n' in ifcfg and "IPV6_DEFAULTGW=fd00::fe\n" in ifcfg
    assert '- "fd00::1/64"\n' in render("netplan", node)["etc/netplan/warewulf.yaml"]


def test_netplan_leaves_out_devices_without_a_name(render):
    node = "network devices:\n  a: {ipaddr: 10.0.0.1}\n  b: {device: eth1}"
    text = render("netplan", node)["etc/netplan/warewulf.yaml"]
    assert "    :" not in text and "    eth1:" in text


def test_udev_names_only_devices_with_a_name(render):
    node = "network devices:\n  a: {hwaddr: 02:00:00:00:00:01}"
    assert 'NAME=""' not in render("udev.netname", node)["etc/udev/rules.d/70-persistent-net.rules"]


def test_a_missing_host_key_is_no_file(render):
    files = {"etc/warewulf/keys/ssh_host_rsa_key": "k\n", "etc/warewulf/keys/ssh_host_rsa_key.pub": "p\n"}
    assert sorted(render("ssh.host_keys", files=files)) == ["etc/ssh/ssh_host_rsa_key", "etc/ssh/ssh_host_rsa_key.pub"]


def test_users_of_an_unknown_image_are_left_alone(render):
    assert render("syncuser", files={"etc/passwd": "ann:x:1:1::/:/bin/sh\n", "etc/group": "ann:x:1:\n"}) == {}


def test_local_users_may_leave_out_home_and_shell(render):
    files = {"var/lib/warewulf/chroots/i/rootfs/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
             "var/lib/warewulf/chroots/i/rootfs/etc/group": "root:x:0:\n"}  # fmt: skip
    node = "image name: i\nresources:\n  localusers: [{name: carl, uid: 1500, gid: '1500'}]"
    assert "carl:x:1500:1500:::\n" in render("syncuser", node, files)["etc/passwd"]


def test_time_servers_keep_their_order_beyond_ten(render):
    names = [f"t{number}.example" for number in range(12)]
    text = render("chrony", f"tags: {{ntp_servers: '{','.join(names)}'}}")["etc/chrony.conf"]
    assert [line.split()[1] for line in text.splitlines() if line.startswith("server ")] == names


def test_bootable_stands_once_and_names_with_spaces_are_quoted(render):
    node = "resources:\n  sfdisk: [{device: /dev/vda, partitions: [{name: a b, size: 1GiB, bootable: true}]}]"
    text = render("sfdisk", node)["warewulf/sfdisk/device-0"]
    assert 'size=1GiB name="a b" bootable\n' in text


def test_mount_options_of_ignition_are_a_list(render):
    node = """\
resources:
  ignition: {storage: {filesystems: [{device: /dev/vda1, format: xfs, path: /d, mountOptions: [noatime, ro]}]}}"""
    assert "Options=noatime,ro\n" in render("ignition", node)["etc/systemd/system/d.mount"]


def test_blank_devices_are_formatted_and_others_are_not(render, tmp_path):
    """The script runs here, with tools that note how they are called."""
    node = "filesystems:\n  /dev/blank: {format: ext4, path: /a}\n  /dev/used: {format: ext4, path: /b}"
    script = render("mkfs", node)["warewulf/wwinit.d/20-mkfs.sh"]
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "wipefs").write_text('#!/bin/sh\n[ "$2" = /dev/used ] && echo ext4\nexit 0\n')
    (bin / "mkfs").write_text('#!/bin/sh\necho "mkfs $*"\n')
    for tool in bin.iterdir():
        tool.chmod(0o755)
    done = subprocess.run(["sh", "-c", script], env={"PATH": f"{bin}:/bin"}, capture_output=True, text=True)
    assert done.returncode == 0
    assert "mkfs --type=ext4 /dev/blank\n" in done.stdout
    assert "mkfs --type=ext4 /dev/used" not in done.stdout


def test_the_mig_unit_is_wanted_by_its_own_name(render):
    files = render("mig")
    link = files["etc/systemd/system/multi-user.target.wants/ww-nvidia-mig.service"]
    assert link == "../ww-nvidia-mig.service" and "etc/systemd/system/ww-nvidia-mig.service" in files


def test_dnsmasq_serves_bios_machines(render):
    assert 'dhcp-boot=tag:bios,tag:!iPXE,"warewulf/undionly.kpxe"\n' in render("host")["etc/dnsmasq.d/ww4-hosts.conf"]


def test_dhcpd_has_hosts_with_addresses_only(render):
    render.site.rewrite("^dhcp:$", "dhcp:\n  template: static")
    node = "network devices:\n  a: {device: eth0}\n  b: {hwaddr: 02:00:00:00:00:01}"
    text = render("host", node)["etc/dhcp/dhcpd.conf"]
    assert "host n1-b\n" in text and "host n1-a\n" not in text


@pytest.mark.parametrize("setting", ["", "\n  template: static"])
def test_dhcpd_takes_its_configuration(render, setting):
    render.site.rewrite("^dhcp:$", f"dhcp:{setting}")
    render.site.rewrite("range start: .*", "range start: 10.66.0.100")
    render.site.rewrite("range end: .*", "range end: 10.66.0.200")
    text = render("host", "network devices:\n  b: {hwaddr: 02:00:00:00:00:01, ipaddr: 10.66.0.9}")["etc/dhcp/dhcpd.conf"]
    path = f"{render.site.root}/dhcpd.conf"
    with open(path, "w") as f:
        f.write(text)
    done = subprocess.run(["dhcpd", "-t", "-cf", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    # Suboptions of a space of one's own are sent only if an option encapsulates the space, dhcp-options(5).
    assert "option ipxe-encap-opts code 175 = encapsulate ipxe;\noption ipxe.no-pxedhcp code 176" in text


def test_without_dhcp_there_is_no_link_to_nothing(render):
    render.site.rewrite("^dhcp:\n  enabled: true", "dhcp:\n  enabled: false")
    assert [path for path in render("host") if "dhcpd" in path] == []


def test_exports_without_options_have_no_empty_parentheses(render):
    render.site.rewrite("^    export options: .*\n", "")
    text = render("host")["etc/exports"]
    assert "/home 10.66.0.0/255.255.255.0\n" in text and "()" not in text
