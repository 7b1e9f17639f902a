# SPDX-License-Identifier: BSD-3-Clause
"""`./dev package` makes a Debian package and an RPM of one and the same tree."""

import os
import re
import shutil
import stat
import struct
import subprocess
import tarfile

import pytest
from sandbox import BUILD, PROJECT

# Debian's alone.
ONLY_DEB = {"/usr/share/lintian/overrides/wwd", "/usr/share/doc/wwd/changelog.gz"}
MACHINES = {"x86_64": 62, "aarch64": 183}  # e_machine in elf(5)
CLIENT = "usr/share/warewulf/overlays/wwclient{}/rootfs/warewulf/wwclient"


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make(output, *options):
    # To pack well is what takes the time.
    environment = {**os.environ, "DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1"}
    script = f"{PROJECT}/packaging/package.py"
    return run("/usr/bin/python3", script, "--build", BUILD, "--output", output, *options, env=environment).splitlines()


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The two files."""
    return make(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def tree(packages, tmp_path_factory):
    """The Debian package, unpacked."""
    folder = tmp_path_factory.mktemp("tree")
    run("dpkg-deb", "--raw-extract", packages[0], folder)
    return folder


def files_of_deb(package):
    """path -> (mode, where a link leads) of what it holds, folders aside."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            return {entry.name[1:]: (entry.mode, entry.linkname) for entry in archive if not entry.isdir()}


def files_of_rpm(package):
    listed = run("rpm", "-qp", "--queryformat", "[%{FILENAMES}\t%{FILEMODES}\t%{FILELINKTOS}\n]", package)
    found = {}
    for line in listed.splitlines():
        path, mode, link = line.split("\t")
        if not stat.S_ISDIR(int(mode)):
            found[path] = (stat.S_IMODE(int(mode)), link)
    return found


def test_both_hold_the_same(packages):
    deb, rpm = files_of_deb(packages[0]), files_of_rpm(packages[1])
    assert set(deb) - set(rpm) == ONLY_DEB
    assert {path: entry for path, entry in deb.items() if path not in ONLY_DEB} == rpm


def test_configuration_is_marked_as_such(packages, tree):
    deb = (tree / "DEBIAN/conffiles").read_text().splitlines()
    assert deb == run("rpm", "-qpc", packages[1]).splitlines()
    assert {"/etc/warewulf/warewulf.conf", "/etc/warewulf/ipxe/default.ipxe"} <= set(deb)
    # wwctl edits it, every day: no upgrade may ask about it, and no purge take it along.
    assert "/etc/warewulf/nodes.conf" not in deb
    assert (tree / "usr/share/warewulf/nodes.conf").read_text() == open(f"{PROJECT}/packaging/etc/nodes.conf").read()


@pytest.mark.parametrize("machine", MACHINES)
def test_nodes_of_both_machines_have_a_client(tree, machine):
    with open(tree / CLIENT.format(f".{machine}"), "rb") as f:
        assert struct.unpack_from("<H", f.read(20), 18)[0] == MACHINES[machine]
    assert (tree / CLIENT.format("")).exists()


def test_both_leave_warewulfs_package_no_room(packages, tree):
    assert "\nConflicts: warewulf\n" in (tree / "DEBIAN/control").read_text()
    assert "warewulf" in run("rpm", "-qp", "--conflicts", packages[1]).split()
    assert os.readlink(tree / "usr/lib/systemd/system/warewulfd.service") == "wwd.service"


def test_lintian_finds_nothing(packages):
    done = subprocess.run(["lintian", "--allow-root", "--info", packages[0]], capture_output=True, text=True, check=False)
    assert [line for line in done.stdout.splitlines() if re.match(r"[EW]: ", line)] == []
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_tree_gives_the_same_bytes(packages, tmp_path):
    for first, second in zip(packages, make(tmp_path)):
        with open(first, "rb") as one, open(second, "rb") as other:
            assert one.read() == other.read(), first


def test_versions_sort_as_history_goes(tmp_path):
    """Before the tag, on it, after it."""
    (tmp_path / "packaging").mkdir()
    shutil.copy(f"{PROJECT}/packaging/package.py", tmp_path / "packaging")
    (tmp_path / "CMakeLists.txt").write_text("project(wwd VERSION 0.2.0 LANGUAGES CXX)\n")
    ask = "import package; print(package.version_of_the_tree())"

    def version():
        return run("/usr/bin/python3", "-c", ask, cwd=tmp_path / "packaging").strip()

    def git(*words):
        run("git", "-C", tmp_path, "-c", "user.name=t", "-c", "user.email=t@example.org", *words)

    def commit():
        git("commit", "--quiet", "--allow-empty", "--message", "x")
        return version()

    git("init", "--quiet")
    git("add", ".")
    early = [commit() for _ in range(11)]
    git("tag", "v0.2.0")
    versions = [*early, version(), *(commit() for _ in range(11))]
    assert versions[11] == "0.2.0"
    assert re.fullmatch(r"0\.2\.0~11\.g[0-9a-f]{7}", versions[10])
    assert re.fullmatch(r"0\.2\.0\+11\.g[0-9a-f]{7}", versions[22])
    for earlier, later in zip(versions, versions[1:]):
        run("dpkg", "--compare-versions", earlier, "lt", later)
        assert run("rpm", "--eval", f'%{{lua:print(rpm.vercmp("{earlier}", "{later}"))}}').strip() == "-1"
