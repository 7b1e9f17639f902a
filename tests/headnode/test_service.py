# SPDX-License-Identifier: BSD-3-Clause
"""The service as systemd runs it: what systemd thinks of it, and what somebody could do who has taken over its front."""

import errno
import os
import re
import signal
import socket
import struct

import pytest
from intruder import Intruder

# As in tests/install/test_units.py.
EXPOSURE = {"wwd.service": 1.8, "wwd-front@*.service": 1.7}
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
    units = "wwd.service wwd.socket wwd-front.socket wwd-front@1.service wwd-job.socket wwd-job@1.service warewulfd.service"
    done = head.run(f"systemd-analyze verify --man=no {units}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("unit", EXPOSURE)
def test_it_is_as_confined_as_we_say(head, unit):
    name = head.run(f"systemctl list-units --plain --no-legend '{unit}'").stdout.split()[0]
    done = head.run(f"systemd-analyze security --no-pager {name}")
    exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1])
    print(f"systemd-analyze security: {name} {exposure}")
    assert exposure <= EXPOSURE[unit]


def capabilities(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return {kind: int(value, 16) for kind, value in re.findall(r"^Cap(\w+):\s*(\w+)", f.read(), re.M)}


def test_the_service_has_no_rights_but_over_files(head):
    (main,) = head.processes("wwd")
    allowed = sum(1 << capability for capability in (0, 1, 3, 4))  # CHOWN DAC_OVERRIDE FOWNER FSETID
    assert capabilities(main)["Bnd"] == allowed


def test_a_job_has_a_unit_of_its_own(head):
    """With rights the service has not; killed, it takes nobody along."""
    (main,) = head.processes("wwd")
    script = """
        mkdir -p /srv/devices/dev /srv/devices/bin && cp /bin/true /srv/devices/bin/sh && mknod /srv/devices/dev/mem c 1 1
        chmod 4755 /srv/devices/bin/sh && setcap cap_net_raw+ep /srv/devices/bin/sh 2>/dev/null
        wwctl image import /srv/devices devices && wwctl image copy devices again
        stat -c %t:%T /var/lib/warewulf/chroots/again/rootfs/dev/mem && stat -c %a /var/lib/warewulf/chroots/again/rootfs/bin/sh
        """
    done = head.run(script)
    assert done.stdout.endswith("1:1\n4755\n"), (done.stdout, done.stderr)
    # One that waits, with everything copied, for whoever holds the image's folder, and is killed with all that is in its unit.
    script = """
        mkdir -m 700 -p /var/lib/warewulf/chroots/+locks && exec 9>/var/lib/warewulf/chroots/+locks/again && flock 9
        wwctl image import --force /srv/devices again 9>&- >/root/said 2>&1 & client=$!
        until ls -d /var/lib/warewulf/chroots/+wwd-*/new/rootfs/bin/sh; do kill -0 $client || break; done >/dev/null 2>&1
        systemctl kill --signal=KILL "$(systemctl list-units --plain --no-legend 'wwd-job@*' | cut -d' ' -f1)"
        wait $client || echo $?; cat /root/said; rm /var/lib/warewulf/chroots/+locks/again
        """
    done = head.run(script)
    assert done.stdout.startswith("255\n") and "the process of the job ended" in done.stdout, (done.stdout, done.stderr)
    assert head.processes("wwd") == [main]
    assert head.run("wwctl image delete --yes devices again >/dev/null && ls -A /run/wwd/jobs").stdout == ""
    assert head.run("systemctl list-units --plain --no-legend 'wwd-job@*'").stdout == ""


def test_the_front_is_nobody_and_may_do_nothing(head):
    (front,) = head.processes("wwd-front")
    with open(f"/proc/{front}/status", encoding="utf-8") as f:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in f)
    uid = head.run("id -u wwd").stdout.strip()
    assert status["Uid"].split() == [uid] * 4
    bindable = 1 << 10  # NET_BIND_SERVICE: what a program with it on its file could gain, if it could run one
    assert capabilities(front) == {"Eff": 0, "Prm": 0, "Inh": 0, "Bnd": bindable, "Amb": 0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


def test_a_front_that_stands_still_is_replaced(head):
    """It has the ports until systemd has missed its signs of life."""
    (front,) = head.processes("wwd-front")
    os.kill(front, signal.SIGSTOP)
    asked = "curl --silent --max-time 1 http://10.0.0.1:9873/ipxe/52:54:00:77:00:01"
    done = head.run(f"timeout 60 bash -c 'until {asked}; do :; done'")
    assert done.stdout.startswith("#!ipxe"), done.stderr
    (another,) = head.processes("wwd-front")
    assert another != front


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
