# SPDX-License-Identifier: BSD-3-Clause
"""What a local user who may change nothing can take from those who may."""

import contextlib
import os
import subprocess
import sys

import pytest
from daemon import TESTS
from store_site import must, wwctl

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")

NOBODY = 65534

ATTACKER = f"{TESTS}/attack/attacker.py"


@pytest.fixture
def guest_site(site):
    site.write("etc/warewulf/nodes.conf", "nodeprofiles: {}\nnodes:\n  n1: {}\n")
    site.start()
    # The way to the socket must be open to others, as that to /run/wwd is.
    folder = site.run_folder
    while len(folder) > 1:
        os.chmod(folder, os.stat(folder).st_mode | 0o011)
        folder = os.path.dirname(folder)
    return site


@contextlib.contextmanager
def attack(site, name):
    """A local user does that once; what came of it. What he has got he keeps meanwhile."""
    command = [sys.executable, ATTACKER, "once", name, str(site.port), f"{site.run_folder}/wwd.sock", "0"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
    ) as attacker:
        yield attacker.stdout.readline().strip()
        attacker.stdin.close()


def test_connections_that_others_keep_leave_room_for_root(guest_site):
    with attack(guest_site, "hoard") as kept:
        assert int(kept) > 20
        must(guest_site, "node", "list")
        must(guest_site, "node", "set", "-y", "--comment", "x", "n1")


def test_long_requests_of_others_are_refused(guest_site):
    with attack(guest_site, "long bodies") as answer:
        assert answer.startswith("HTTP/1.1 413 ")


def test_no_lock_is_others_to_take(guest_site):
    with attack(guest_site, "locks") as taken:
        assert int(taken) >= 0
        must(guest_site, "node", "set", "-y", "--comment", "x", "n1")
        guest_site.stop()
        guest_site.start()


def test_patterns_that_stand_for_too_much_are_refused(guest_site):
    pattern = f"n[{'0' * 1500}-1000000]"
    done = wwctl(guest_site, "history", pattern)
    assert done.returncode == 255
    assert "stand for more than" in done.stderr
