# SPDX-License-Identifier: BSD-3-Clause
"""Nodes and profiles that name an image which goes or gets another name; users of an image in all its trees."""

import os

import pytest
from store_site import conf, must, wwctl

NODES = """\
nodeprofiles:
  default: {}
  gpu: {image name: deb}
nodes:
  n1: {image name: deb}
  n2: {profiles: [gpu]}
  n3: {}
"""


@pytest.fixture(autouse=True)
def image(site):
    site.write("etc/warewulf/nodes.conf", NODES)
    site.write("var/lib/warewulf/chroots/deb/rootfs/bin/sh", "a shell\n")
    site.write("var/lib/warewulf/chroots/other/rootfs/bin/sh", "a shell\n")


def test_who_names_an_image_is_said_when_it_should_go(site):
    done = wwctl(site, "image", "delete", "-y", "deb")
    assert done.returncode == 255
    assert "ERROR: error deleting image deb: image deb is in use by node n1, cannot delete\n" in done.stderr
    assert "it is named by node n1, profile gpu: wwctl node set --image" in done.stderr
    assert os.path.exists(site.path("var/lib/warewulf/chroots/deb"))


@pytest.mark.parametrize("words", [(), ("-y",)])
def test_no_image_is_no_deletion(site, words):
    done = wwctl(site, "image", "delete", *words)
    assert (done.returncode, done.stdout, done.stderr) == (255, "", "ERROR: no images specified\n")


def test_a_renamed_image_that_nodes_wait_for(site):
    done = wwctl(site, "image", "rename", "deb", "new")
    assert (done.returncode, done.stdout) == (0, "Image deb successfully renamed as new\n")
    assert "WARN   : image new is not built, and 2 nodes boot it: wwctl image build new\n" in done.stderr
    assert conf(site).count("image name: new") == 2 and "deb" not in conf(site)
    assert "not built" not in wwctl(site, "image", "rename", "other", "another").stderr
    assert "not built" not in wwctl(site, "image", "rename", "--build", "new", "deb").stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may change owners")
def test_users_of_all_trees(site):
    site.write("etc/passwd", "root:x:0:0::/:\nmunge:x:990:980::/:\n")
    site.write("etc/group", "root:x:0:\nmunge:x:980:\n")
    trees = ("deb/rootfs", "deb/rootfs.aarch64", "other/rootfs")
    for number, tree in enumerate(trees):
        path = f"var/lib/warewulf/chroots/{tree}"
        site.write(f"{path}/etc/passwd", f"munge:x:{200 + number}:300::/:\n")
        site.write(f"{path}/etc/group", "munge:x:300:\n")
        site.write(f"{path}/key", "k")
        os.chown(site.path(f"{path}/key"), 200 + number, 300)
    looked = wwctl(site, "image", "syncuser", "-v", "--write=false", "deb")
    assert "VERBOSE: deb: user munge: 200 becomes 990\n" in looked.stderr
    assert "VERBOSE: deb@aarch64: user munge: 201 becomes 990\n" in looked.stderr
    must(site, "image", "syncuser", "deb", "other")
    for tree in trees:
        status = os.stat(site.path(f"var/lib/warewulf/chroots/{tree}/key"))
        assert (status.st_uid, status.st_gid) == (990, 980)
    assert must(site, "image", "syncuser", "--write=false", "--build", "deb").startswith("uid/gid already synced\nBuilding")
