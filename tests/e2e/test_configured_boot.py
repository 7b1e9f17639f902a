# SPDX-License-Identifier: BSD-3-Clause
"""Virtual machines boot through DHCP and TFTP as `wwctl configure` sets them up: the real servers run with the files that
it wrote and with what Debian's units give them, nothing else. A BIOS and a UEFI machine each through dnsmasq and through ISC
dhcpd with tftpd-hpa, and one with UEFI by shim and GRUB; all at once."""

import os
import re
from contextlib import ExitStack

import pytest
from daemon import wait_for
from head_node import Head

from lab import debian, small
from lab.lab import Lab, why_not
from lab.machine import BIOS, MachineError, uefi
from lab.packages import DownloadError, Shelf
from lab.site import Site

BOOT_SECONDS = 180  # of which about 40 are needed for all five on two idle cores

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

ASSET_KEY = "rack-7"
# What GRUB's shell would take for its own, as wwctl is told it and as the kernel must have it.
ODD_ARGUMENTS = 'pci=a;b,price=$5|6&7<8>{9},"note=""two words; $6"""'
ODD_COMMAND_LINE = 'pci=a;b price=$5|6&7<8>{9} "note=two words; $6"'
BMC_HWADDR = "52:54:00:67:00:01"

# As the packages leave them: dhcpd on no interface, TFTP from another folder.
DEFAULT_DHCPD = 'INTERFACESv4=""\nINTERFACESv6=""\n'
DEFAULT_TFTPD = 'TFTP_USERNAME="tftp"\nTFTP_DIRECTORY="/srv/tftp"\nTFTP_ADDRESS=":69"\nTFTP_OPTIONS="--secure"\n'

# What the units and init scripts of Debian start.
DNSMASQ = """\
exec dnsmasq --keep-in-foreground --log-facility=- --log-dhcp --dhcp-leasefile="$1/leases" --pid-file="$1/dnsmasq.pid" \\
    --conf-dir=/etc/dnsmasq.d,.dpkg-dist,.dpkg-old,.dpkg-new
"""
DHCPD = """\
. /etc/default/isc-dhcp-server
: > "$1/leases"
exec dhcpd -4 -f -d -cf /etc/dhcp/dhcpd.conf -lf "$1/leases" -pf "$1/dhcpd.pid" $INTERFACESv4
"""
TFTPD = """\
. /etc/default/tftpd-hpa
exec "$2" --foreground --verbose --user nobody --address $TFTP_ADDRESS $TFTP_OPTIONS $TFTP_DIRECTORY
"""


class Cluster:
    """A site with a head node, in a lab of its own."""

    def __init__(self, lab, programs, cache, image, units, settings=()):
        self.lab = lab
        os.chmod(lab.folder, 0o755)  # servers give up root
        self.cache = cache
        self.site = Site(f"{lab.folder}/site", programs)
        for pattern, text in settings:
            self.site.rewrite(pattern, text)
        self.site.rewrite("^  range start: .*$", "  range start: 10.66.0.100")
        self.site.rewrite("^  range end: .*$", "  range end: 10.66.0.200")
        self.site.wwctl("image", "import", "--build", image, "small")
        self.site.wwctl("profile", "set", "--yes", "default", "--image", "small", "--netdev", "eth0",
                        "--netmask", Lab.netmask, "--system-overlays", "wwinit,hostname,ifupdown",
                        "--runtime-overlays", "hosts", "--kernelargs", "console=ttyS0,net.ifnames=0,panic=-1")  # fmt: skip
        self.head = Head(lab.folder, self.site.conf, lab.inside)
        self.head.install(*units)
        self.head.write("etc/default/isc-dhcp-server", DEFAULT_DHCPD)
        self.head.write("etc/default/tftpd-hpa", DEFAULT_TFTPD)
        self.machines = {}
        self.wire_bmc()

    def wire_bmc(self):
        """A second network of the head node, and in it the controller of a node."""
        for words in (
            ["link", "add", "br1", "type", "bridge", "stp_state", "0", "forward_delay", "0"],
            ["addr", "add", "10.67.0.1/24", "dev", "br1"],
            ["link", "add", "bmc", "type", "veth", "peer", "name", "bmc-port"],
            ["link", "set", "bmc", "address", BMC_HWADDR, "up"],
            ["link", "set", "bmc-port", "master", "br1", "up"],
            ["link", "set", "br1", "up"],
        ):
            self.lab.run(["ip", *words], check=True)
        self.site.wwctl("node", "add", "controlled", "--ipmiaddr", "10.67.0.21", "--ipminetmask", "255.255.255.0",
                        "--ipmigateway", "10.67.0.254", "--ipmitagadd", f"hwaddr={BMC_HWADDR}")  # fmt: skip

    def add(self, name, number, *more):
        self.site.wwctl("node", "add", name, "--hwaddr", hwaddr(number), "--ipaddr", f"10.66.0.{10 + number}", *more)

    def configure(self):
        """What it told systemctl."""
        for part in ("tftp", "dhcp"):
            done = self.head.wwctl("configure", part)
            assert done.returncode == 0, done.stdout + done.stderr
        return self.head.told()

    def serve(self, name, port, script, *words):
        """Until the UDP port is taken."""
        process = self.lab.start(name, self.head.inside(["sh", "-eu", "-c", script, "sh", self.lab.folder, *words]))

        def listens():
            assert process.running(), process.output()
            taken = self.lab.run(["cat", "/proc/net/udp"], capture_output=True, text=True, check=True).stdout
            return f":{port:04X} " in taken

        wait_for(listens, f"{name} on port {port}")

    def switch_on(self, name, number, board, **options):
        self.machines[name] = self.lab.machine(hwaddr(number), memory=512, board=board, **options)

    def lab_log(self, name):
        with open(f"{self.lab.folder}/{name}.log", encoding="utf-8", errors="replace") as f:
            return f.read()

    def logs(self):
        names = [name for name in os.listdir(self.lab.folder) if name.endswith(".log") and "console" not in name]
        return "\n".join(f"--- {name}\n{self.lab_log(name.removesuffix('.log'))[-3000:]}" for name in names)


def hwaddr(number):
    return f"52:54:00:66:00:{number:02x}"


def by_dnsmasq(lab, programs, cache, image):
    """The server's own name for a dhcpd that is not there; addresses of its own for each node."""
    cluster = Cluster(lab, programs, cache, image, ["dnsmasq"], [("^dhcp:$", "dhcp:\n  template: static")])
    cluster.add("bios", 1)
    cluster.add("uefi", 2)
    cluster.site.serve(lab)
    assert cluster.configure() == ["restart dnsmasq", "enable dnsmasq"]
    cluster.serve("dnsmasq", 67, DNSMASQ)
    cluster.switch_on("bios", 1, BIOS)
    cluster.switch_on("uefi", 2, uefi(lab.folder))
    return cluster


def by_isc(lab, programs, cache, image):
    cluster = Cluster(lab, programs, cache, image, ["isc-dhcp-server", "tftpd-hpa"])
    cluster.add("bios", 1)
    cluster.add("uefi", 2)
    cluster.site.serve(lab)
    assert cluster.configure() == [
        *("restart tftpd-hpa", "enable tftpd-hpa"),
        *("restart isc-dhcp-server", "enable isc-dhcp-server"),
    ]
    cluster.serve("dhcpd", 67, DHCPD)
    tftpd, wrap = (Shelf(cache).unpacked(package) for package in ("tftpd-hpa", "libwrap0"))
    libraries = f"{wrap}/lib/x86_64-linux-gnu:{wrap}/usr/lib/x86_64-linux-gnu"
    cluster.serve("tftpd", 69, f"export LD_LIBRARY_PATH={libraries}\n{TFTPD}", f"{tftpd}/usr/sbin/in.tftpd")
    cluster.switch_on("bios", 1, BIOS)
    cluster.switch_on("uefi", 2, uefi(lab.folder))
    return cluster


def by_grub(lab, programs, cache, image):
    """With the files of Debian's packages laid over this machine's, since they are not to be installed on it."""
    cluster = Cluster(lab, programs, cache, image, ["dnsmasq"], [("^warewulf:$", "warewulf:\n  grubboot: true")])
    cluster.add("grub", 1, "--asset", ASSET_KEY, "--kernelargs", ODD_ARGUMENTS)
    cluster.site.serve(lab)
    trees = [Shelf(cache).unpacked(name) for name in ("shim-signed", "grub-efi-amd64-signed", "grub-efi-amd64-bin")]
    cluster.head.lay_over("/usr/lib", [f"{tree}/usr/lib" for tree in trees])
    assert cluster.configure() == ["restart dnsmasq", "enable dnsmasq"]
    cluster.serve("dnsmasq", 67, DNSMASQ)
    cluster.switch_on("grub", 1, uefi(lab.folder), extra=["-smbios", f"type=3,asset={ASSET_KEY}"])
    return cluster


CLUSTERS = {"dnsmasq": by_dnsmasq, "isc": by_isc, "grub": by_grub}


@pytest.fixture(scope="module", name="booted")
def boot_all(programs, cache, tmp_path_factory):
    image = str(tmp_path_factory.mktemp("image") / "root")
    try:
        small.build(image, debian.kernel(cache))
        with open(f"{image}/etc/report", "w", encoding="ascii") as f:
            f.write("/etc/hosts\n")
        open(f"{image}/etc/watched", "w", encoding="ascii").close()
        with ExitStack() as stack:
            clusters = {}
            for name, make in CLUSTERS.items():
                clusters[name] = make(stack.enter_context(Lab()), programs, cache, image)
            yield clusters
    except DownloadError as error:
        pytest.skip(f"no packages to boot with: {error}")


@pytest.mark.parametrize("cluster, node", [("dnsmasq", "bios"), ("dnsmasq", "uefi"), ("isc", "bios"), ("isc", "uefi"), ("grub", "grub")])
def test_a_machine_boots_as_configured(booted, cluster, node):
    here = booted[cluster]
    try:
        here.machines[node].wait_for("NODE report-end", BOOT_SECONDS)
    except MachineError as error:
        pytest.fail(f"{error}\n\n{here.logs()}")
    console = here.machines[node].text()
    assert f"hostname={node}" in console
    assert re.search(r"NODE entry file .* /etc/hosts$", console, re.MULTILINE)  # the runtime overlay
    if cluster == "grub":
        assert "syntax error" not in console
        command_line = re.search("NODE cmdline (.*)$", console, re.MULTILINE)[1]
        assert f"wwid={hwaddr(1)}" in command_line
        assert command_line.endswith(ODD_COMMAND_LINE)
    sent = here.lab_log("wwd")
    script = "grub" if cluster == "grub" else "ipxe"
    for stage in (script, "kernel", "image", "system", "runtime"):
        assert f"boot.sent node={node} stage={stage} " in sent


def test_dhcp_gave_each_node_its_own_address(booted):
    given = re.findall(r"DHCPACK\(br0\) (\S+) (\S+)", booted["dnsmasq"].lab_log("dnsmasq"))
    assert {(f"10.66.0.{10 + number}", hwaddr(number)) for number in (1, 2)} <= set(given)


@pytest.mark.parametrize("cluster", ["dnsmasq", "isc"])
def test_a_bmc_in_a_network_of_its_own_gets_its_address(booted, cluster, tmp_path):
    script = tmp_path / "script"
    script.write_text('#!/bin/sh\n[ "$1" != bound ] || echo "bound $ip/$mask via $router"\n')
    script.chmod(0o755)
    client = ["busybox", "udhcpc", "-f", "-q", "-n", "-t", "10", "-i", "bmc", "-s", str(script)]
    done = booted[cluster].lab.run(client, capture_output=True, text=True)
    assert "bound 10.67.0.21/24 via 10.67.0.254\n" in done.stdout, done.stderr + booted[cluster].logs()


def test_strangers_get_an_address_of_the_range(booted):
    given = re.findall(r"DHCPACK on 10\.66\.0\.(\d+) to", booted["isc"].lab_log("dhcpd"))
    assert given and all(100 <= int(number) <= 200 for number in given)


def test_configured_again_nothing_is_done(booted):
    for cluster in booted.values():
        assert cluster.configure() == []
