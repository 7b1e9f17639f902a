# SPDX-License-Identifier: BSD-3-Clause
"""Packages of images by rpm's own databases, which rpm itself wrote, and comparing as a job."""

import json
import os
import sqlite3
import struct
import subprocess

import pytest
from daemon import wait_for
from store_site import must, wwctl
from test_jobs import Client

SPEC = """Name: {name}
Version: {version}
Release: 1
{epoch}
Summary: Made by a test
License: BSD
BuildArch: noarch
%description
Made by a test.
%files
"""


def package(folder, name, version, epoch=""):
    """Builds NAME-VERSION-1.noarch.rpm."""
    with open(f"{folder}/{name}.spec", "w") as f:
        f.write(SPEC.format(name=name, version=version, epoch=f"Epoch: {epoch}" if epoch else ""))
    command = ["rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", f"_dbpath {folder}/db", f.name]
    subprocess.run(command, check=True, capture_output=True)
    return f"{folder}/top/RPMS/noarch/{name}-{version}-1.noarch.rpm"


def rpm_root(site, image, database, packages):
    """An image with the packages installed; its database is in the folder `database`."""
    root = site.path(f"var/lib/warewulf/chroots/{image}/rootfs")
    os.makedirs(root)
    rpm = ["rpm", "--root", root, "--dbpath", f"/{database}", "--define", "_db_backend sqlite"]
    subprocess.run([*rpm, "--initdb"], check=True, capture_output=True)
    subprocess.run([*rpm, "--nodeps", "--install", *packages], check=True, capture_output=True)
    return f"{root}/{database}"


def as_berkeley(folder):
    """The same database as releases of EL before 9 have it: a hash from numbers to headers."""
    with sqlite3.connect(f"{folder}/rpmdb.sqlite") as sqlite:
        rows = sqlite.execute("select hnum, blob from Packages").fetchall()
    newest = struct.pack("<I", max(number for number, _ in rows))
    pairs = [(struct.pack("<I", 0), newest), *((struct.pack("<I", number), blob) for number, blob in rows)]
    dump = ["VERSION=3", "format=bytevalue", "type=hash", "HEADER=END"]
    dump += [f" {part.hex()}" for pair in pairs for part in pair]
    for name in os.listdir(folder):
        os.unlink(f"{folder}/{name}")
    text = "\n".join([*dump, "DATA=END", ""])
    subprocess.run(["db5.3_load", f"{folder}/Packages"], input=text, text=True, check=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rpm")
    return {
        "alpha 1": package(folder, "alpha", "1.0"),
        "alpha 2": package(folder, "alpha", "2.0", epoch="3"),
        "beta": package(folder, "beta", "0.9"),
        "gamma": package(folder, "gamma", "1~rc1"),
    }


@pytest.fixture
def rpm_site(site):
    site.nodes()
    site.start()
    return site


EXPECTED = [
    {"name": "alpha", "before": "1.0-1", "after": "3:2.0-1"},
    {"name": "beta", "before": "0.9-1", "after": ""},
    {"name": "gamma", "before": "", "after": "1~rc1-1"},
]


@pytest.mark.parametrize("database", ["var/lib/rpm", "usr/lib/sysimage/rpm"])
def test_packages_of_rpm_are_compared(rpm_site, built, database):
    site = rpm_site
    rpm_root(site, "old", database, [built["alpha 1"], built["beta"]])
    rpm_root(site, "new", database, [built["alpha 2"], built["gamma"]])
    # A link from the old place to the new one does not count twice.
    if database != "var/lib/rpm":
        os.makedirs(site.path("var/lib/warewulf/chroots/new/rootfs/var/lib"))
        os.symlink("../../usr/lib/sysimage/rpm", site.path("var/lib/warewulf/chroots/new/rootfs/var/lib/rpm"))
    assert json.loads(must(site, "image", "diff", "--json", "old", "new"))["packages"] == EXPECTED
    # A build that is kept is asked the same.
    must(site, "image", "build", "new")
    assert json.loads(must(site, "image", "diff", "--json", "old", "new@1"))["packages"] == EXPECTED
    nothing_is_left(site)


def test_packages_of_an_older_rpm_are_compared(rpm_site, built):
    site = rpm_site
    as_berkeley(rpm_root(site, "old", "var/lib/rpm", [built["alpha 1"], built["beta"]]))
    rpm_root(site, "new", "usr/lib/sysimage/rpm", [built["alpha 2"], built["gamma"]])
    assert json.loads(must(site, "image", "diff", "--json", "old", "new"))["packages"] == EXPECTED


def test_a_database_that_this_rpm_does_not_read_is_named(rpm_site, built):
    """Debian's rpm finds nothing in the database of SUSE's, and says nothing: no package has gone for that."""
    site = rpm_site
    rpm_root(site, "old", "var/lib/rpm", [built["alpha 1"]])
    site.write("var/lib/warewulf/chroots/new/rootfs/usr/lib/sysimage/rpm/Packages.db", "RpmP" + "\0" * 4092)
    done = wwctl(site, "image", "diff", "--json", "old", "new")
    assert done.returncode == 0 and json.loads(done.stdout)["packages"] == []
    assert "does not read the kind of database that new has (Packages.db)" in done.stderr
    nothing_is_left(site)


def nothing_is_left(site):
    assert sorted(os.listdir(site.path("var/lib/warewulf/chroots"))) == ["new", "old"]


@pytest.fixture
def slow_rpm(site, built):
    """Two images, and an rpm that says when it was started and then waits for ever."""
    for image in ("old", "new"):
        rpm_root(site, image, "var/lib/rpm", [built["beta"]])
    site.write("bin/rpm", f"#!/bin/sh\nexec cat {site.path('gate')}\n")
    os.chmod(site.path("bin/rpm"), 0o755)
    os.mkfifo(site.path("gate"))
    site.nodes()
    return site


def test_who_leaves_ends_the_comparison(slow_rpm, monkeypatch):
    site = slow_rpm
    monkeypatch.setenv("PATH", f"{site.path('bin')}:{os.environ['PATH']}")
    site.start()
    with Client(site, "image", "diff", "old", "new") as client:
        with open(site.path("gate"), "w"):  # rpm has it open
            listed = must(site, "job", "list")
            assert "image diff" in listed and "old and new" in listed
            client.ctrl_c()
            status, out, err = client.end()
            assert status == 130 and out == ""
            assert "image diff of old and new was cancelled" in err
    wait_for(lambda: "cancelled" in must(site, "job", "list"), "the end of the job")
    nothing_is_left(site)
    with Client(site, "image", "diff", "old", "new") as client:
        with open(site.path("gate"), "w"):
            client.process.kill()
            wait_for(lambda: must(site, "job", "list").count("cancelled") == 2, "the end of the job")
    nothing_is_left(site)
