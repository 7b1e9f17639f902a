# SPDX-License-Identifier: BSD-3-Clause
"""An aarch64 machine (UEFI) and an x86_64 one (BIOS) boot at the same time from one wwd, from one image name, each into the
tree that is for it and on to the client of its architecture. A third is told why its image is not for it.

Firmware, boot loader and kernel are the real ones, on a processor that QEMU emulates: some 40 s on two idle cores."""

import hashlib
import os
import re

import pytest

from lab import debian, small
from lab.lab import Lab, why_not
from lab.machine import MachineError, aarch64, why_not_aarch64
from lab.packages import DownloadError, Shelf
from lab.site import Site

BOOT_SECONDS = 240  # of which about 30 are needed on an idle machine
POLL_SECONDS = 60  # the update interval is 1

NODES = {"arm": "aarch64", "pc": "x86_64", "wrong": "x86_64"}
CONSOLES = {"aarch64": "ttyAMA0", "x86_64": "ttyS0"}
CLIENTS = {"aarch64": "wwclient.aarch64", "x86_64": "wwclient"}
TREES = {"aarch64": "both@aarch64", "x86_64": "both"}

pytestmark = pytest.mark.skipif(
    bool(why_not() or why_not_aarch64()), reason=str(why_not() or why_not_aarch64())
)


def hwaddr(node):
    return f"52:54:00:66:01:{list(NODES).index(node) + 1:02x}"


class Cluster:
    """A site whose image `both` has a tree for each architecture, and the three machines, switched on."""

    def __init__(self, lab, programs, trees, ipxe):
        self.lab = lab
        self.site = Site(f"{lab.folder}/site", programs, {"update interval": 1})
        self.site.overlay_file("probe", "etc/probe.ww", "{{ .Tags.color }} {{ .Arch }}\n")
        self.site.wwctl("image", "import", "--build", trees["x86_64"], "both")
        self.site.wwctl("image", "import", "--build", "--platform", "aarch64", trees["aarch64"], "both")
        self.site.wwctl("image", "import", "--build", "--platform", "aarch64", trees["aarch64"], "only-arm")
        self.site.wwctl("profile", "set", "--yes", "default",
                        "--image", "both",
                        "--system-overlays", "wwinit,wwclient,hostname,ifupdown",
                        "--runtime-overlays", "probe",
                        "--netdev", "eth0", "--netmask", Lab.netmask, "--tagadd", "color=blue")  # fmt: skip
        for number, (node, architecture) in enumerate(NODES.items(), 11):
            self.site.wwctl("node", "add", node, "--hwaddr", hwaddr(node), "--ipaddr", f"10.66.0.{number}",
                            "--kernelargs", f"console={CONSOLES[architecture]},net.ifnames=0,panic=-1")  # fmt: skip
        self.site.wwctl("node", "set", "--yes", "--image", "only-arm", "wrong")
        self.site.start(lab, aarch64_ipxe=ipxe)
        self.machines = {
            "arm": lab.machine(hwaddr("arm"), memory=512, board=aarch64(lab.folder)),
            "pc": lab.machine(hwaddr("pc"), memory=512),
            "wrong": lab.machine(hwaddr("wrong"), memory=256),
        }

    def wait_for(self, node, pattern, seconds, start=0):
        try:
            return self.machines[node].wait_for(pattern, seconds, start)
        except MachineError as error:
            pytest.fail(f"{error}\n\n--- wwd:\n{self.log()[-4000:]}")

    def log(self):
        with open(f"{self.lab.folder}/wwd.log", encoding="utf-8", errors="replace") as f:
            return f.read()


@pytest.fixture(scope="module", name="cluster")
def boot_all(programs, cache, tmp_path_factory):
    if not os.path.exists(f"{programs}/{CLIENTS['aarch64']}"):
        pytest.skip(f"there is no {programs}/{CLIENTS['aarch64']}: ./dev could not get what it is built from")
    folder = tmp_path_factory.mktemp("trees")
    trees = {}
    try:
        ipxe = f"{Shelf(cache, release='trixie').unpacked('ipxe')}/usr/lib/ipxe/ipxe-arm64.efi"
        for architecture, name in debian.ARCHITECTURES.items():
            trees[architecture] = str(folder / architecture)
            small.build(trees[architecture], debian.kernel(cache, name), debian.busybox(cache, name))
            for file, text in {"report": "/opt\n/warewulf/wwclient\n", "watched": "/etc/probe\n"}.items():
                (folder / architecture / "etc" / file).write_text(text)
            (folder / architecture / "opt").mkdir()
            (folder / architecture / "opt" / "tree").write_text(architecture)
    except DownloadError as error:
        pytest.skip(f"a kernel, busybox and iPXE for aarch64 cannot be had: {error}")
    with Lab() as lab:
        yield Cluster(lab, programs, trees, ipxe)


@pytest.mark.parametrize("node", ["pc", "arm"])
def test_each_machine_boots_the_tree_that_is_for_it(cluster, node):
    cluster.wait_for(node, "NODE report-end", BOOT_SECONDS)
    architecture = NODES[node]
    console = cluster.machines[node].text()
    assert re.search(f"NODE start .* machine={architecture} hostname={node}$", console, re.MULTILINE)
    tree = hashlib.sha256(architecture.encode()).hexdigest()
    assert f" {tree} /opt/tree" in console
    assert re.search(rf"boot\.sent node={node} stage=image file={TREES[architecture]}\.img\.(gz|zst) ", cluster.log())


@pytest.mark.parametrize("node", ["pc", "arm"])
def test_each_machine_runs_the_client_of_its_architecture(cluster, programs, node):
    cluster.wait_for(node, "NODE report-end", BOOT_SECONDS)
    with open(f"{programs}/{CLIENTS[NODES[node]]}", "rb") as f:
        client = hashlib.file_digest(f, "sha256").hexdigest()
    assert f" {client} /warewulf/wwclient" in cluster.machines[node].text()
    # What the boot loader brought has the first color; the next can only come by the client.
    cluster.wait_for(node, f"NODE changed /etc/probe blue {NODES[node]}$", POLL_SECONDS)
    cluster.site.wwctl("node", "set", "--yes", "--tagadd", f"color={node}", node)
    cluster.wait_for(node, f"NODE changed /etc/probe {node} {NODES[node]}$", POLL_SECONDS)


def test_a_machine_is_told_that_its_image_is_not_for_it(cluster):
    cluster.wait_for("wrong", "This machine, node wrong, is x86_64; its image only-arm is for aarch64\\.", BOOT_SECONDS)
    cluster.wait_for("wrong", "On the server: wwctl image import --platform x86_64 SOURCE only-arm", POLL_SECONDS)
    assert "boot.sent node=wrong stage=kernel" not in cluster.log()


def test_the_server_knows_how_far_each_came(cluster):
    for node in ("pc", "arm"):
        cluster.wait_for(node, "NODE report-end", BOOT_SECONDS)
    cluster.wait_for("wrong", "This machine, node wrong", BOOT_SECONDS)
    status = cluster.site.wwctl("node", "status")
    assert re.search(r"^wrong\s.*WRONG_ARCH", status, re.MULTILINE)
    assert "WRONG_ARCH" not in re.sub("^wrong.*$", "", status, flags=re.MULTILINE)
