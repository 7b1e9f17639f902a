# SPDX-License-Identifier: BSD-3-Clause
"""A site without nodes.conf starts, says what it lacks, and gets the file with the first change."""

import os
import stat
import subprocess

from daemon import BIN


def wwctl(site, *words):
    return subprocess.run([f"{BIN}/wwctl", "--warewulfconf", site.config, *words], capture_output=True, text=True, check=False)


def test_the_first_change_makes_it(site):
    path = site.path("etc/warewulf/nodes.conf")
    os.unlink(path)
    site.start()
    site.wait_for_log(r"site\.lacking no profile \"default\"")
    assert "store.rejected" not in site.log()
    status = wwctl(site, "server", "status")
    assert status.returncode == 0 and "0 nodes, 0 profiles" in status.stdout
    assert "to do          no nodes: wwctl node add" in status.stdout
    assert not os.path.exists(path)
    added = wwctl(site, "node", "add", "n1", "--hwaddr", "52:54:00:00:00:01")
    assert added.returncode == 0, added.stderr
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert site.get("/ipxe/52:54:00:00:00:01").body == b"id=n1\n"


def test_setting_the_profile_that_is_not_there_fails(site):
    done = wwctl(site, "profile", "set", "--yes", "nope", "--comment", "x")
    assert done.returncode == 255
    assert "profile not found: nope" in done.stderr and "wwctl profile add nope" in done.stderr


def test_a_daemon_keeps_its_nodes_when_the_file_goes(site):
    site.nodes(n1="52:54:00:00:00:01")
    site.start()
    os.unlink(site.path("etc/warewulf/nodes.conf"))
    site.wait_for_log(r"store\.rejected .*nodes\.conf")
    assert site.get("/ipxe/52:54:00:00:00:01").body == b"id=n1\n"
    assert wwctl(site, "node", "add", "n2").returncode == 255
