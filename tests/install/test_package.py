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

# What only one of them has: Debian's own, and a file that the RPM owns, but does not hold.
ONLY_RPM = {"/etc/warewulf/nodes.conf"}
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
    assert (set(deb) - set(rpm), set(rpm) - set(deb)) == (ONLY_DEB, ONLY_RPM)
    assert {path: (deb[path], rpm[path]) for path in set(deb) & set(rpm) if deb[path] != rpm[path]} == {}


def test_configuration_is_marked_as_such(packages, tree):
    deb = (tree / "DEBIAN/conffiles").read_text().splitlines()
    assert set(deb) == set(run("rpm", "-qpc", packages[1]).splitlines()) - ONLY_RPM
    assert {"/etc/warewulf/warewulf.conf", "/etc/warewulf/auth.conf", "/etc/warewulf/ipxe/default.ipxe"} <= set(deb)
    assert files_of_deb(packages[0])["/etc/warewulf/auth.conf"] == (0o600, "")
    # wwctl edits it, every day: no upgrade may ask about it, and no purge take it along.
    assert "/etc/warewulf/nodes.conf" not in deb
    assert (tree / "usr/share/warewulf/nodes.conf").read_text() == open(f"{PROJECT}/packaging/etc/nodes.conf").read()


@pytest.mark.parametrize("machine", MACHINES)
def test_nodes_of_both_machines_have_a_client(tree, machine):
    with open(tree / CLIENT.format(f".{machine}"), "rb") as f:
        assert struct.unpack_from("<H", f.read(20), 18)[0] == MACHINES[machine]
    assert (tree / CLIENT.format("")).exists()


def test_both_leave_warewulfs_package_no_room(packages, tree):
    # The last two are of Warewulf 3, and have wwsh, wwvnfs and their like.
    theirs = {"warewulf", "warewulf-common", "warewulf-vnfs"}
    assert f"\nConflicts: {', '.join(sorted(theirs))}\n" in (tree / "DEBIAN/control").read_text()
    assert theirs <= set(run("rpm", "-qp", "--conflicts", packages[1]).split())
    for files in (files_of_deb(packages[0]), files_of_rpm(packages[1])):
        assert {files[f"/usr/bin/{name}"][1] for name in ("wwsh", "wwvnfs", "wwbootstrap", "wwinit", "wwmkchroot")} == {"wwctl"}
    assert os.readlink(tree / "usr/lib/systemd/system/warewulfd.service") == "wwd.service"


WAREWULF = """
Name: warewulf
Version: 4.6.0
Release: 1
Summary: stands for that of Warewulf
License: BSD
BuildArch: noarch
%description
%install
mkdir -p %{buildroot}/etc/warewulf
for name in nodes warewulf; do echo theirs >%{buildroot}/etc/warewulf/$name.conf; done
%files
%config(noreplace) /etc/warewulf/nodes.conf
%config(noreplace) /etc/warewulf/warewulf.conf
"""


def test_the_nodes_outlive_both_packages(packages, tmp_path):
    """As `dnf swap warewulf wwd` does it: the new one comes, then the old one goes. And then the new one."""
    (tmp_path / "warewulf.spec").write_text(WAREWULF)
    places = ["--define", f"_topdir {tmp_path}/top", "--define", f"_rpmdir {tmp_path}", "--dbpath", tmp_path / "db"]
    run("rpmbuild", "-bb", *places, tmp_path / "warewulf.spec")
    rpm = ["rpm", "--root", tmp_path / "root", "--nodeps", "--noscripts", "--force"]
    run(*rpm, "-i", next(tmp_path.glob("noarch/*.rpm")))
    files = [tmp_path / "root/etc/warewulf" / name for name in ("nodes.conf", "warewulf.conf")]
    for file in files:
        file.write_text("mine\n")
    run(*rpm, "-i", packages[1])
    run(*rpm[:-1], "-e", "warewulf")
    assert [file.read_text() for file in files] == ["mine\n"] * 2
    run(*rpm[:-1], "-e", "wwd")
    assert files[0].read_text() == "mine\n"
    assert files[1].with_suffix(".conf.rpmsave").read_text() == "mine\n"


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
