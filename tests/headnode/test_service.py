# SPDX-License-Identifier: BSD-3-Clause
"""The service as systemd runs it: what systemd thinks of it, and what somebody could do who has taken over its front."""

import errno
import os
import re
import socket
import struct

import pytest
from intruder import Intruder

EXPOSURE = 3.5  # as in tests/install/test_units.py
SITE = """
sed -i 's|^#ipaddr: .*|ipaddr: 10.0.0.1/22|' /etc/warewulf/warewulf.conf
wwctl image import --build /srv/debian12 debian12
wwctl profile set --yes default --image debian12
wwctl node add n1 --ipaddr 10.0.2.1 --hwaddr 52:54:00:77:00:01
wwctl overlay build
systemctl restart wwd
"""


@pytest.fixture(scope="module")
def head(installed, head_node):
    with head_node(installed[0]) as head:
        done = head.run(SITE)
        assert done.returncode == 0, done.stderr
        yield head


def test_its_status_is_clean(head):
    status = head.run("systemctl --no-pager --full status wwd")
    assert status.returncode == 0 and "active (running)" in status.stdout
    since = head.run("journalctl --no-pager --output=cat _SYSTEMD_INVOCATION_ID=$(systemctl show --value -p InvocationID wwd)").stdout
    assert "ready port=9873" in since
    assert not re.search(r" (warning|error|critical) ", since), since


def test_systemd_finds_nothing_wrong(head):
    done = head.run("systemd-analyze verify --man=no wwd.service wwd.socket warewulfd.service")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_as_confined_as_we_say(head):
    done = head.run("systemd-analyze security --no-pager wwd.service")
    exposure = float(re.search(r"Overall exposure level for wwd.service: ([\d.]+)", done.stdout)[1])
    print(f"systemd-analyze security: {exposure}")
    assert exposure <= EXPOSURE


def test_the_front_is_nobody_and_may_do_nothing(head):
    (front,) = head.processes("wwd-front")
    with open(f"/proc/{front}/status", encoding="utf-8") as f:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in f)
    uid = head.run("id -u wwd").stdout.strip()
    assert status["Uid"].split() == [uid] * 4
    assert [int(status[f"Cap{kind}"], 16) for kind in ("Eff", "Prm", "Inh", "Bnd", "Amb")] == [0] * 5
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


SECRETS = (
    "/etc/shadow",
    "/etc/passwd",
    "/etc/warewulf/nodes.conf",
    "/var/lib/warewulf/wwd/journal.sqlite",
    "/var/lib/warewulf/provision/images/debian12.img.gz",
    "/var/lib/warewulf/provision/overlays/n1/__SYSTEM__.img.gz",
)


def test_the_front_cannot_open_files(head):
    main, front = head.processes("wwd")[0], head.processes("wwd-front")[0]
    # The same calls in the place of the main process show that the question is put rightly.
    with Intruder(main) as intruder:
        for path in SECRETS:
            descriptor = intruder.open(path)
            assert descriptor >= 0, f"{path}: {os.strerror(-descriptor)}"
            assert intruder.call("close", descriptor) == 0
    with Intruder(front) as intruder:
        assert intruder.call("getpid") > 1
        assert {path: intruder.open(path) for path in SECRETS} == {path: -errno.EACCES for path in SECRETS}
        assert intruder.open("/tmp/new", os.O_WRONLY | os.O_CREAT) == -errno.EACCES
    assert head.run("test -e /tmp/new").returncode != 0


def test_the_front_cannot_connect_anywhere(head):
    (front,) = head.processes("wwd-front")
    somewhere = struct.pack("!HH4s8x", socket.htons(socket.AF_INET), 9873, socket.inet_aton("10.0.0.1"))
    sockets = [int(name) for name in os.listdir(f"/proc/{front}/fd") if "socket:" in os.readlink(f"/proc/{front}/fd/{name}")]
    assert sockets
    with Intruder(front) as intruder:
        for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):
            assert intruder.call("socket", family, socket.SOCK_STREAM, 0) == -errno.EPERM, family
        for descriptor in sockets:
            assert intruder.call("connect", descriptor, somewhere, len(somewhere)) == -errno.EPERM


def test_both_go_on_after_that(head):
    assert head.run("curl --silent http://10.0.0.1:9873/ipxe/52:54:00:77:00:01").stdout.startswith("#!ipxe")
    assert head.run("wwctl node list").returncode == 0
