# SPDX-License-Identifier: BSD-3-Clause
"""`cmake --install`: everything arrives, and the stock overlays are what tests use as `stock`."""

import os
import stat
import subprocess
import sys

import pytest

BUILD = os.environ["WW_BUILD"]
PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
sys.path.insert(0, f"{PROJECT}/tests/vectors/driver")

import scratch_root  # noqa: E402


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    done = subprocess.run(
        ["cmake", "--install", BUILD], env={**os.environ, "DESTDIR": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.mark.parametrize(
    "path",
    [
        "usr/bin/wwd",
        "usr/bin/wwctl",
        "usr/lib/systemd/system/wwd.service",
        "usr/lib/systemd/system/wwd.socket",
        "usr/lib/sysusers.d/wwd.conf",
        "usr/lib/tmpfiles.d/wwd.conf",
        "usr/share/warewulf/bmc",
        "usr/share/warewulf/overlays/wwinit/rootfs/init",
        "etc/warewulf/ipxe/default.ipxe",
        "etc/warewulf/grub",
    ],
)
def test_arrives(installed, path):
    assert (installed / path).exists()


def test_the_programs_run_from_there(installed):
    for command in (["wwd", "--version"], ["wwctl", "--emptyconf", "version"]):
        done = subprocess.run([installed / "usr/bin" / command[0], *command[1:]], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def listing(top):
    """path -> (kind and mode, or where a link leads) of everything below a folder."""
    found = {}
    for folder, folders, names in os.walk(top):
        for name in folders + names:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            found[os.path.relpath(path, top)] = os.readlink(path) if stat.S_ISLNK(mode) else oct(mode)
    return found


def test_stock_is_what_an_installation_has(installed, tmp_path):
    scratch_root.lay_out(str(tmp_path), 12345, "stock", PROJECT, f"{BUILD}/bin")
    for folder in ("usr/share/warewulf/overlays", "usr/share/warewulf/bmc", "etc/warewulf/ipxe", "etc/warewulf/grub"):
        assert listing(installed / folder) == listing(tmp_path / folder)
