# SPDX-License-Identifier: BSD-3-Clause
"""wwctl upgrade on a site: with a daemon and without, in place, twice, and only looked at."""

import os
import subprocess

import pytest
from daemon import BIN, PATIENCE

OLD_NODES = """\
WW_INTERNAL: 45
# of the site
nodes:
  n1:
    container name: rocky  # a note
    runtime overlay: generic
    ipxe template: dracut
"""
NEW_NODES = """\
nodeprofiles: {}
nodes:
  n1:
    image name: rocky
    ipxe template: default
    runtime overlay:
      - generic
    tags:
      IPXEMenuEntry: dracut
"""
NODES = ("upgrade", "nodes", "--add-defaults=false", "--replace-overlays=false")


def wwctl(site, *words, stdin="", env=None):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **(env or {})},
        check=False,
    )


@pytest.mark.parametrize("daemon", [False, True], ids=["private", "daemon"])
def test_nodes_in_place(site, daemon):
    if daemon:
        site.start()
    site.write("etc/warewulf/nodes.conf", OLD_NODES)

    looked = wwctl(site, *NODES, "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert "-    container name: rocky  # a note\n" in looked.stdout
    assert "+    image name: rocky\n" in looked.stdout
    assert site.read("etc/warewulf/nodes.conf") == OLD_NODES

    done = wwctl(site, *NODES)
    assert done.returncode == 0, done.stderr
    assert site.read("etc/warewulf/nodes.conf") == NEW_NODES
    assert site.read("etc/warewulf/nodes.conf-old") == OLD_NODES
    listed = wwctl(site, "node", "list", "-a")
    assert "n1    ImageName" in listed.stdout

    again = wwctl(site, *NODES)
    assert again.returncode == 0
    assert again.stdout.startswith("Nothing to upgrade in ")
    assert site.read("etc/warewulf/nodes.conf-old") == OLD_NODES

    # A second old file does not cost the copy of the first.
    site.write("etc/warewulf/nodes.conf", OLD_NODES + "  n2: {}\n")
    assert wwctl(site, *NODES).returncode == 0
    assert site.read("etc/warewulf/nodes.conf-old") == OLD_NODES
    assert site.read("etc/warewulf/nodes.conf-old.1") == OLD_NODES + "  n2: {}\n"


def test_standard_output_holds_yaml_only(site):
    site.write("old.conf", OLD_NODES)
    done = wwctl(site, *NODES, "-i", site.path("old.conf"), "-o", "-")
    assert done.returncode == 0
    assert done.stdout == NEW_NODES
    assert "IPXEMenuEntry=dracut" in done.stderr
    assert "comments are not carried over" in done.stderr


def test_a_file_that_needs_no_upgrade_is_left_alone(site):
    text = "# mine\nnodes:\n  n1: {comment: x}  # kept\nnodeprofiles: {}\n"
    site.write("etc/warewulf/nodes.conf", text)
    config = site.read("etc/warewulf/warewulf.conf")
    assert wwctl(site, *NODES).returncode == 0
    assert wwctl(site, "upgrade", "config").returncode == 0
    assert site.read("etc/warewulf/nodes.conf") == text
    assert site.read("etc/warewulf/warewulf.conf") == config
    assert not os.path.exists(site.path("etc/warewulf/nodes.conf-old"))
    assert not os.path.exists(site.path("etc/warewulf/warewulf.conf-old"))


def test_a_file_that_cannot_be_read_stays(site):
    site.write("etc/warewulf/nodes.conf", "nodes: [\n")
    done = wwctl(site, *NODES)
    assert done.returncode == 255
    assert "nodes.conf:" in done.stderr
    assert site.read("etc/warewulf/nodes.conf") == "nodes: [\n"
    assert not os.path.exists(site.path("etc/warewulf/nodes.conf-old"))
