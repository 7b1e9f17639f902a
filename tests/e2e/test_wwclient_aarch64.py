# SPDX-License-Identifier: BSD-3-Clause
"""The wwclient for nodes with aarch64, run by QEMU: it gets the runtime overlay of its node from a wwd."""

import os
import shutil

import pytest
import scratch_root

from client_node import HWADDR, Node

QEMU = "qemu-aarch64-static"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="must be root (mount namespace)")


@pytest.fixture
def program(programs):
    program = f"{programs}/wwclient.aarch64"
    if os.uname().machine != "x86_64":
        pytest.skip("it is cross-compiled on x86_64 only")
    if not os.path.exists(program):
        pytest.skip(f"there is no {program}: ./dev could not get what it is built from")
    return program


class Installed(Node):
    """The client where a node has it, in a root file system of its own: it is the real root for what runs in it."""

    def __init__(self, folder, program):
        super().__init__(folder, [f"/{QEMU}", "/warewulf/wwclient"])
        self.root = f"{self.folder}/root"
        for name in ("proc", "run", "etc/warewulf", "warewulf"):
            os.makedirs(f"{self.root}/{name}")
        shutil.copy(program, f"{self.root}/warewulf/wwclient")
        shutil.copy(shutil.which(QEMU), f"{self.root}/{QEMU}")

    def configure(self, port):
        with open(f"{self.root}/etc/warewulf/warewulf.conf", "w", encoding="utf-8") as f:
            f.write(f"ipaddr: 127.0.0.1\nwarewulf: {{port: {port}, secure: true, update interval: 1}}\n")

    def command(self, *options):
        script = """
            mount --bind "$1/cmdline" /proc/cmdline && mount --rbind /proc "$1/root/proc" || exit
            root=$1/root && shift && exec chroot "$root" "$@"
        """
        configuration = ["--warewulfconf", "/etc/warewulf/warewulf.conf"]
        words = [*self.program, "--pidfile", "/run/wwclient.pid", *configuration, *options]
        return ["unshare", "--mount", "sh", "-c", script, "sh", self.folder, *words]


@pytest.fixture
def node(tmp_path, program):
    if not shutil.which(QEMU):
        pytest.skip(f"{QEMU} is missing (package qemu-user-static)")
    node = Installed(tmp_path, program)
    yield node
    node.stop()


def test_it_is_a_static_program_for_aarch64(program):
    with open(program, "rb") as f:
        header = f.read(64)
        assert header[:6] == b"\x7fELF\x02\x01"  # 64 bits, little-endian
        assert int.from_bytes(header[18:20], "little") == 183  # EM_AARCH64
        f.seek(int.from_bytes(header[32:40], "little"))
        segments = [f.read(56) for _ in range(int.from_bytes(header[56:58], "little"))]
    assert 3 not in [int.from_bytes(segment[:4], "little") for segment in segments]  # PT_INTERP


def test_it_fetches_the_runtime_overlay(site, node):
    site.nodes(n1={"hwaddr": HWADDR, "runtime overlay": "[probe]"})
    site.write("var/lib/warewulf/overlays/probe/rootfs/etc/probe.ww", "{{ .Id }}\n")
    site.configure("secure: false", "secure: true")
    site.start()
    node.configure(site.port)
    node.start()
    node.wait_for("etc/probe", "n1\n")
    site.write("var/lib/warewulf/overlays/probe/rootfs/etc/probe.ww", "{{ .Id }} again\n")
    node.wait_for("etc/probe", "n1 again\n")


def test_the_overlay_of_that_name_carries_it(tmp_path, programs, program):
    scratch_root.lay_out(str(tmp_path), 9873, "stock", programs=programs)
    carried = f"{tmp_path}/usr/share/warewulf/overlays/wwclient.aarch64/rootfs/warewulf/wwclient"
    with open(carried, "rb") as f, open(program, "rb") as g:
        assert f.read() == g.read()
