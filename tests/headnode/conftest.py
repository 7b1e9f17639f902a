# SPDX-License-Identifier: BSD-3-Clause
"""The machines of these tests: a switch, and head nodes at it, one at a time."""

import contextlib
import os
import pathlib
import subprocess
import sys

import pytest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, f"{TESTS}/install"]

from bare import NEW, OLD, Bare  # noqa: E402
from lab import container, debian, small  # noqa: E402
from lab import lab as network  # noqa: E402
from lab.netns import Namespace  # noqa: E402
from typed import PROJECT, commands, typed  # noqa: E402

BUILD = os.environ["WW_BUILD"]
CACHE = f"{PROJECT}/build/cache"
# AddressSanitizer's look for leaks at the end needs a call that the unit forbids.
ENVIRONMENT = "ASAN_OPTIONS=detect_leaks=0"


def pytest_collection_modifyitems(items):
    ours = [item for item in items if item.path.parent == pathlib.Path(__file__).parent]
    if reason := ours and (container.why_not() or network.why_not()):
        for item in ours:
            item.add_marker(pytest.mark.skip(reason=reason))


class Switch(network.Lab):
    """The network of the nodes, 10.0.0.0/22, and a router in it that says so, since iPXE would wait for one."""

    address = "10.0.0.1"  # the head node's

    def _make_network(self):
        self.head = Namespace()
        network._ip("netns", "add", self.name)
        self._ip("link", "set", "lo", "up")
        self._ip("link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0")
        self._ip("addr", "add", "10.0.3.254/22", "dev", "br0")
        self._ip("addr", "add", "fd66::1/64", "dev", "br0", "nodad")
        self._ip("link", "set", "br0", "up")
        self.head.ip("link", "add", "eth1", "type", "veth", "peer", "name", "head", "netns", self.name)
        self.head.ip("addr", "add", f"{self.address}/22", "dev", "eth1")
        self.head.ip("link", "set", "eth1", "up")
        self._ip("link", "set", "head", "master", "br0", "up")
        words = "--conf-file=/dev/null --no-daemon --port=0 --interface=br0 --bind-interfaces --enable-ra"
        words += " --dhcp-range=fd66::,ra-only --ra-param=br0,mtu:1500,10,600"
        self.start("router", ["dnsmasq", *words.split()])


@pytest.fixture(scope="session")
def switch():
    with Switch() as switch:
        yield switch


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A folder with two versions of the package."""
    folder = tmp_path_factory.mktemp("packages")
    environment = {**os.environ, "DPKG_DEB_COMPRESSOR_TYPE": "none"}
    for version in (OLD, NEW):
        command = ["/usr/bin/python3", f"{PROJECT}/packaging/package.py", "--build", BUILD, "--only", "deb"]
        command += ["--output", folder, "--version", version]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """A root file system that boots in seconds and tells its console what it has got."""
    folder = f"{tmp_path_factory.mktemp('image')}/root"
    small.build(folder, debian.kernel(CACHE))
    for name, text in {"report": "/etc/hostname\n/etc/hosts\n", "watched": "/etc/greeting\n"}.items():
        with open(f"{folder}/etc/{name}", "w", encoding="utf-8") as f:
            f.write(text)
    return folder


@pytest.fixture(scope="session")
def head_node(switch, packages, image, tmp_path_factory):
    """Starts a head node: bare, or on the ground of what another one wrote. A context manager."""
    bare = Bare(CACHE, f"{packages}/wwd_{OLD}_amd64.deb")
    shown = {"/srv/offered": bare.offered, "/root/packages": packages, "/srv/debian12": image}

    @contextlib.contextmanager
    def start(*ground):
        folder = str(tmp_path_factory.mktemp("head"))
        head = container.Container(folder, [*ground, bare.root], switch.head.path, shown)
        try:
            yield head
        finally:
            head.stop()

    return start


@pytest.fixture(scope="session")
def installed(head_node):
    """What installing the package writes on a bare machine, and what each of the page's commands printed."""
    with head_node() as head:
        head.run(f"echo '{ENVIRONMENT}' >/etc/default/warewulfd && apt-get -q update")
        printed = typed(head, [line.replace("wwd_*_", f"wwd_{OLD}_") for line in commands("Install it")])
        written = head.written
    return written, printed
