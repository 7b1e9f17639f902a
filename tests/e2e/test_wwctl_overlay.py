# SPDX-License-Identifier: BSD-3-Clause
"""wwctl overlay mkdir, chmod and chown: what a file of an overlay has afterwards."""

import os
import subprocess

import pytest
from daemon import BIN, PATIENCE


def wwctl(site, *words, umask=0o022):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, "overlay", *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        umask=umask,
        check=False,
    )


@pytest.fixture(name="overlay")
def make_overlay(site):
    assert wwctl(site, "create", "mine").returncode == 0
    return f"{site.root}/var/lib/warewulf/overlays/mine/rootfs"


def mode(path):
    return oct(os.stat(path).st_mode & 0o7777)


@pytest.mark.parametrize(
    ("given", "umask", "made"),
    [("0777", 0o022, "0o755"), ("0777", 0o077, "0o700"), ("01777", 0, "0o777"), ("700", 0o022, "0o254")],
    ids=["umask", "private-umask", "no-other-bits", "decimal"],
)
def test_a_folder_gets_its_mode_as_from_mkdir(site, overlay, given, umask, made):
    done = wwctl(site, "mkdir", "-m", given, "mine", "/a/b", umask=umask)
    assert done.returncode == 0, done.stderr
    assert mode(f"{overlay}/a") == made
    assert mode(f"{overlay}/a/b") == made


def test_chmod_keeps_the_bits_it_is_given(site, overlay):
    wwctl(site, "mkdir", "mine", "/tmp")
    assert wwctl(site, "chmod", "mine", "/tmp", "1777").returncode == 0
    assert mode(f"{overlay}/tmp") == "0o1777"


def test_an_owner_is_changed_without_its_group(site, overlay):
    wwctl(site, "mkdir", "mine", "/d")
    for ids in ("3:4", "5:", ":6", "7"):
        done = wwctl(site, "chown", "mine", "/d", ids)
        assert done.returncode == 0, done.stderr
    found = os.stat(f"{overlay}/d")
    assert (found.st_uid, found.st_gid) == (7, 6)


def test_a_change_that_fails_leaves_the_distribution_overlay_in_force(site):
    folder = f"{site.root}/usr/share/warewulf/overlays/dist/rootfs"
    os.makedirs(folder)
    assert wwctl(site, "chmod", "dist", "/nope", "0600").returncode == 255
    assert not os.path.exists(f"{site.root}/var/lib/warewulf/overlays/dist")
