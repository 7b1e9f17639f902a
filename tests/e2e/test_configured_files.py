# SPDX-License-Identifier: BSD-3-Clause
"""What `wwctl configure` writes, site by site: each file is accepted by the program that will read it, and on the sites on
which Warewulf was recorded it is the same as Warewulf's."""

import json
import os
import re
import socket
import subprocess

import pytest
import scratch_root
from daemon import PATIENCE, PROJECT, free_port
from head_node import Head

from lab.packages import DownloadError, Shelf

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount")

DNSMASQ = ["dnsmasq", "nfs-server", "wwd"]
ISC = ["isc-dhcp-server", "tftpd-hpa", "nfs-server", "wwd"]

# exportfs(8) has no dry run: it gets a state folder, a kernel table and exports of its own.
EXPORTFS = """\
mount -t tmpfs none /var/lib
mkdir /var/lib/nfs
exec "$@" -r
"""


class Program:
    """exportfs of Debian's package, which is not to be installed for this."""

    def __init__(self, cache):
        trees = [Shelf(cache).unpacked(name) for name in ("nfs-kernel-server", "libevent-core-2.1-7", "libwrap0")]
        self.argv = [f"{trees[0]}/usr/sbin/exportfs"]
        folders = [f"{tree}{folder}/x86_64-linux-gnu" for tree in trees for folder in ("/lib", "/usr/lib")]
        self.environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(folders)}


@pytest.fixture(scope="session", name="exportfs")
def unpack_exportfs(cache):
    try:
        return Program(cache)
    except DownloadError as error:
        pytest.skip(f"no exportfs to check with: {error}")


def check_all(head, exportfs):
    """Every file that is there, by the program that reads it; the names of those that were checked."""
    checked = []

    def check(name, argv, **options):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        checked.append(name)

    if os.path.exists(f"{head.folder}/etc/dnsmasq.d"):
        check("dnsmasq", head.inside(["/usr/sbin/dnsmasq", "--test", "--conf-dir=/etc/dnsmasq.d"]))
    if os.path.exists(f"{head.folder}/etc/dhcp/dhcpd.conf"):
        check("dhcpd", head.inside(["/usr/sbin/dhcpd", "-t", "-cf", "/etc/dhcp/dhcpd.conf"]))
    if os.path.exists(f"{head.folder}/etc/exports"):
        argv = ["unshare", "--net", *head.inside(["sh", "-eu", "-c", EXPORTFS, "sh", *exportfs.argv])]
        check("exportfs", argv, env=exportfs.environment)
    if os.path.exists(f"{head.folder}/etc/profile.d/ssh_setup.sh"):
        check("sh", ["sh", "-n", f"{head.folder}/etc/profile.d/ssh_setup.sh"])
    if grub := grub_script(head):
        check("grub", ["grub-script-check", grub])
    assert head.read("etc/hosts").startswith("10.9.9.9 mine\n")  # what was there is there
    return checked


def grub_script(head):
    found = [f"{folder}/grub.cfg" for folder, _, names in os.walk(head.root) if "grub.cfg" in names and "/tftp" in folder]
    return found[0] if found else None


def make_head(root, port, units, text, nodes):
    """A site with this warewulf.conf and nodes.conf; {{ROOT}} and {{PORT}} are filled in."""
    os.makedirs(root)
    scratch_root.lay_out(root, port, "stock", PROJECT)
    for name, content in (("warewulf.conf", text), ("nodes.conf", nodes)):
        with open(f"{root}/etc/warewulf/{name}", "w", encoding="utf-8") as f:
            f.write(content.replace("{{ROOT}}", root).replace("{{PORT}}", str(port)))
    for name in ("undionly.kpxe", "ipxe-snponly-x86_64.efi", "arm64-efi/snponly.efi"):
        path = f"{root}/usr/share/ipxe/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(name)
    head = Head(root, f"{root}/etc/warewulf/warewulf.conf")
    head.root = root
    head.install(*units)
    head.write("etc/hosts", "10.9.9.9 mine\n")
    return head


# ---- shapes of sites ----

PATHS = """\
paths:
  sysconfdir: {{ROOT}}/etc
  localstatedir: {{ROOT}}/var/lib
  cachedir: {{ROOT}}/var/cache
  ipxesource: {{ROOT}}/usr/share/ipxe
  datadir: {{ROOT}}/usr/share
  wwoverlaydir: {{ROOT}}/var/lib/warewulf/overlays
  wwchrootdir: {{ROOT}}/var/lib/warewulf/chroots
  wwprovisiondir: {{ROOT}}/var/lib/warewulf/provision
"""
EXPORTS = "nfs:\n  export paths: [{path: /home, export options: 'rw,sync'}, {path: /opt}]\n"
TFTP = "tftp:\n  tftproot: {{ROOT}}/var/lib/tftpboot\n"
SERVER = "ipaddr: 10.0.0.1/16\n" + PATHS
SERVER6 = "ipaddr: 10.0.0.1/16\nipaddr6: fd00::1/64\n" + PATHS

NODES = """\
nodes:
  n1:
    network devices:
      default: {device: eth0, hwaddr: '02:00:00:00:00:01', ipaddr: 10.0.1.1, netmask: 255.255.0.0, ipaddr6: 'fd00::11'}
  n2:
    network devices:
      default: {device: eth0, hwaddr: '02:00:00:00:00:02', ipaddr: 10.0.1.2, netmask: 255.255.0.0}
"""
RACKS = """\
nodes:
  r1:
    network devices:
      default: {hwaddr: '02:00:00:00:01:01', ipaddr: 10.1.0.1, netmask: 255.255.0.0, gateway: 10.1.255.254}
  r2:
    network devices:
      default: {hwaddr: '02:00:00:00:02:01', ipaddr: 10.2.0.1, netmask: 255.255.255.0}
      ib0: {device: ib0, type: infiniband, ipaddr: 10.3.0.1, netmask: 255.255.255.0}
"""
BMCS = """\
nodes:
  n1: {ipmi: {ipaddr: 10.8.0.1, netmask: 255.255.255.0, gateway: 10.8.0.254, tags: {hwaddr: '02:00:00:00:09:01'}}}
  n2: {ipmi: {ipaddr: 10.0.8.2, netmask: 255.255.0.0, tags: {hwaddr: '02:00:00:00:09:02'}}}
  n3: {ipmi: {ipaddr: 10.8.0.3}}
"""


def many(count):
    lines = ["nodes:"]
    for i in range(count):
        address = f"10.0.{i // 250}.{1 + i % 250}"
        lines += [f"  n{i}:", "    network devices:"]
        lines += [f"      default: {{hwaddr: '02:00:00:00:{i // 256:02x}:{i % 256:02x}', ipaddr: {address}, netmask: 255.255.0.0}}"]
    return "\n".join(lines) + "\n"


def dhcp(**settings):
    return "dhcp:\n" + "".join(f"  {key.replace('_', ' ')}: {value}\n" for key, value in settings.items())


RANGE = {"range_start": "10.0.2.1", "range_end": "10.0.2.100"}
SHAPES = {
    "one subnet": (SERVER + dhcp(**RANGE) + TFTP + EXPORTS, NODES),
    "nothing but an address": (SERVER + TFTP, "nodes: {}\n"),
    "static": (SERVER + dhcp(template="static", **RANGE) + TFTP + EXPORTS, NODES),
    "several subnets": (SERVER + dhcp(template="static") + TFTP + EXPORTS, RACKS),
    "BMC network": (SERVER + dhcp(**RANGE) + TFTP + EXPORTS, BMCS),
    "IPv6": (SERVER6 + dhcp(**RANGE) + TFTP + EXPORTS, NODES),
    "IPv6 with a range, static": (
        SERVER6 + dhcp(template="static", range6_start="'fd00::100'", range6_end="'fd00::1ff'") + TFTP + EXPORTS,
        NODES,
    ),
    "TLS": (SERVER + "warewulf: {tls: true, secure: true}\n" + dhcp(**RANGE) + TFTP + EXPORTS, NODES),
    "GRUB": (SERVER + "warewulf: {grubboot: true}\n" + dhcp(**RANGE) + TFTP + EXPORTS, NODES),
    "no DHCP": (SERVER + dhcp(enabled="false") + TFTP + EXPORTS, NODES),
    "no TFTP": (SERVER + dhcp(**RANGE) + "tftp: {enabled: false, tftproot: '{{ROOT}}/var/lib/tftpboot'}\n" + EXPORTS, NODES),
    "no NFS": (SERVER + dhcp(**RANGE) + TFTP + "nfs: {enabled: false}\n", NODES),
    # 10,000 of them: unit/configure/dhcp_test.cc
    "1,000 nodes": (SERVER + dhcp(template="static") + TFTP + EXPORTS, many(1000)),
}


# Both servers on every shape: unit/configure/dhcp_test.cc.
BY_ISC = ("one subnet", "static", "several subnets", "BMC network", "GRUB")


CASES = {f"{shape}, dnsmasq": (shape, DNSMASQ) for shape in SHAPES} | {f"{shape}, dhcpd": (shape, ISC) for shape in BY_ISC}


@pytest.mark.parametrize("shape, units", CASES.values(), ids=CASES)
def test_every_file_is_accepted_by_its_reader(tmp_path, exportfs, shape, units):
    # Without DHCP, dnsmasq does not serve TFTP either.
    more = ["tftpd-hpa"] if shape == "no DHCP" else []
    head = make_head(str(tmp_path / "site"), free_port(), units + more, *SHAPES[shape])
    done = head.wwctl("configure", "--all")
    assert done.returncode == 0, done.stderr
    expected = {"dnsmasq" if units is DNSMASQ else "dhcpd", "exportfs", "sh", "grub"}
    if shape == "no DHCP":
        expected -= {"dnsmasq", "dhcpd", "grub"}
    if shape == "no NFS":
        expected -= {"exportfs"}
    assert set(check_all(head, exportfs)) == expected
    again = head.wwctl("configure", "--all")
    assert again.stdout.endswith("Nothing to do: everything is as configured\n"), again.stdout


# ---- recorded sites ----

PACKED = "var/lib/warewulf/provision/overlays/n1/__SYSTEM__.img"


def recorded():
    with open(f"{PROJECT}/tests/vectors/overlays/misc.jsonl", encoding="utf-8") as f:
        vectors = [json.loads(line) for line in f]
    return {vector["id"].removeprefix("overlays/host/"): vector for vector in vectors if vector["id"].startswith("overlays/host/")}


def without_comments(text):
    lines = (line for line in text.splitlines() if line and not line.startswith(("#", ";", "//")))
    return "".join(f"{line}\n" for line in lines)


def written_file(head, name):
    """The one that the vector is about."""
    by_name = {"dhcpd": "etc/dhcp/dhcpd.conf", "dnsmasq": "etc/dnsmasq.d/ww4-hosts.conf", "hosts": "etc/hosts"}
    return f"{head.folder}/{by_name[name.split('-')[0]]}"


@pytest.mark.parametrize("name", recorded())
def test_a_recorded_site_gets_warewulfs_files(tmp_path, exportfs, name):
    vector = recorded()[name]
    units = ISC if name.startswith("dhcpd") else DNSMASQ
    files = vector["site"]
    head = make_head(
        str(tmp_path / "site"), 9873, units, files["etc/warewulf/warewulf.conf"], files["etc/warewulf/nodes.conf"]
    )
    os.makedirs(f"{head.folder}/srv/data")  # one of the exports
    done = head.wwctl("configure", "--all")
    if name == "dhcpd-other-boot-programs":
        assert "which TFTP would both serve as snp.efi" in done.stderr
        done = head.wwctl("configure", "dhcp")
    assert done.returncode == 0, done.stderr
    check_all(head, exportfs)
    (step,) = vector["steps"][1:]
    if "run" in step:
        script = step["run"][2].replace(PACKED, written_file(head, name))
        got = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False).stdout
        for pattern, text in vector.get("mask", []):
            got = re.sub(pattern, text, got)
        assert got.replace(socket.gethostname(), "{{HOSTNAME}}") == step["expect"]["stdout"]
    else:
        for entry in step["expect"]:
            if "text" in entry:
                assert without_comments(head.read(entry["path"])) == entry["text"]
            else:
                assert name == "grub-listing"
        if not step["expect"]:
            assert name == "exports-disabled" and not os.path.exists(f"{head.folder}/etc/exports")
