# SPDX-License-Identifier: BSD-3-Clause
"""What a local user who may change nothing can take from those who may."""

import contextlib
import os
import subprocess
import sys

import pytest
from store_site import must, wwctl

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")

NOBODY = 65534

# Opens many connections to the socket, tells how many, and keeps them until its stdin ends.
HOARDER = """
import socket, sys
path, wanted = sys.argv[1], int(sys.argv[2])
kept = []
for _ in range(wanted):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(5)
    try:
        s.connect(path)
    except OSError:
        break
    kept.append(s)
print(len(kept), flush=True)
sys.stdin.read()
"""

# Sends a body of so many bytes and prints the first line of the answer.
SENDER = """
import socket, sys
path, size = sys.argv[1], int(sys.argv[2])
s = socket.socket(socket.AF_UNIX)
s.connect(path)
s.sendall(f"POST /wwd/v1/history HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: {size}\\r\\n\\r\\n".encode())
try:
    for _ in range(size >> 16):
        s.sendall(bytes(1 << 16))
except OSError:
    pass
print(s.recv(4096).split(b"\\r\\n")[0].decode())
"""


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


def as_nobody(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
    )


def test_connections_that_others_keep_leave_room_for_root(guest_site):
    with contextlib.ExitStack() as stack:
        hoarder = as_nobody(HOARDER, f"{guest_site.run_folder}/wwd.sock", "900")
        stack.callback(hoarder.wait)
        stack.callback(hoarder.stdin.close)
        assert int(hoarder.stdout.readline()) > 100
        must(guest_site, "node", "list")
        must(guest_site, "node", "set", "-y", "--comment", "x", "n1")


def test_long_requests_of_others_are_refused(guest_site):
    with as_nobody(SENDER, f"{guest_site.run_folder}/wwd.sock", str(1 << 20)) as sender:
        assert sender.communicate()[0].startswith("HTTP/1.1 413 ")


def test_patterns_that_stand_for_too_much_are_refused(guest_site):
    pattern = f"n[{'0' * 1500}-1000000]"
    done = wwctl(guest_site, "history", pattern)
    assert done.returncode == 255
    assert "stand for more than" in done.stderr
