# SPDX-License-Identifier: BSD-3-Clause
"""SIGKILL at every call by which an import, a build, a rollback or a collection changes names on the disk: what is there
is the old or the new, nothing is left over after the next start, and the same command then does what it should."""

import gzip
import json
import os
import re
import shutil

import pytest
from daemon import Site, wait_for
from oci_maker import two_architectures
from store_site import must, wwctl
from traced import kill_at, traced

# The calls by which what is there becomes something else: bytes do not count before there is a name for them. The kill
# comes on entering a call, so what one leaves is seen at the next.
CALLS = "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,symlinkat,fsync"

CHROOT = "var/lib/warewulf/chroots/os"
BUILT = "var/lib/warewulf/provision/images"
CONTENT = "var/lib/warewulf/wwd/content"


def names(site):
    """All names that images have on the disk, but for those of blobs, which go when nobody can need them."""
    found = set()
    for top in ("var/lib/warewulf/chroots", BUILT, CONTENT):
        for place, folders, files in os.walk(site.path(top)):
            found.update(os.path.relpath(f"{place}/{name}", site.root) for name in folders + files)
    return {name for name in found if not re.search(r"/sha256/[0-9a-f]{64}$", name)}


def bytes_of(site, name):
    if not os.path.exists(site.path(name)):
        return b""
    with open(site.path(name), "rb") as f:
        return f.read()


def source(site):
    """Which architecture the tree is of, by a file in it, and what its record says."""
    record = bytes_of(site, f"{CHROOT}/rootfs.json")
    return bytes_of(site, f"{CHROOT}/rootfs/etc/arch"), record and json.loads(record)["platform"]


def release_in(archive):
    found = re.findall(rb"release [0-9]", archive)
    return found[0] if found else archive and b"neither"


def served(site):
    """The release in each of the files that nodes get."""
    packed = bytes_of(site, f"{BUILT}/os.img.gz")
    return release_in(bytes_of(site, f"{BUILT}/os.img")), release_in(packed and gzip.decompress(packed))


def generations(site):
    told = wwctl(site, "image", "history", "--json", "os")
    assert told.returncode == 0, told.stderr
    return [each["generation"] for each in json.loads(told.stdout)["generations"]]


def release(site, number):
    site.write(f"{CHROOT}/rootfs/etc/release", f"release {number}\n")


class First:
    """The import of an image that is not there yet."""

    words = ("image", "import", "--platform", "arm64", "oci:{layout}", "os")

    def prepare(self, site):
        pass

    def seen(self, site):
        return [source(site)]


class Over(First):
    """One over an image that is there."""

    words = ("image", "import", "--force", "--platform", "arm64", "oci:{layout}", "os")

    def prepare(self, site):
        must(site, "image", "import", "--platform", "arm64", f"oci:{site.path('layout/oci')}", "os")
        site.write(f"{CHROOT}/rootfs/etc/arch", "ours")


class Build:
    """A build over one that is served."""

    words = ("image", "build", "os")

    def prepare(self, site):
        must(site, "image", "import", "--platform", "amd64", f"oci:{site.path('layout/oci')}", "os")
        release(site, 1)
        must(site, "image", "build", "os")
        release(site, 2)

    def seen(self, site):
        return list(served(site))


class Rollback(Build):
    words = ("image", "rollback", "os", "1")

    def prepare(self, site):
        super().prepare(site)
        must(site, "image", "build", "os")


class Collection(Rollback):
    words = ("image", "gc", "--keep", "1")

    def seen(self, site):
        return [served(site), generations(site)]


def calls_of(log):
    """The calls that changed something, as (name, how often it was called before and with this one)."""
    counts = {}
    with open(log, encoding="utf-8", errors="replace") as f:
        for line in f:
            call = re.match(r"(?:\d+ +)?([a-z0-9_]+)\(.* = (-?\d+)", line)
            if call:
                counts[call[1]] = counts.get(call[1], 0) + 1
                if call[2] == "0":
                    yield call[1], counts[call[1]]


@pytest.mark.parametrize("what", [First(), Over(), Build(), Rollback(), Collection()], ids=lambda what: type(what).__name__)
def test_a_kill_leaves_the_old_or_the_new_and_the_next_start_nothing_else(tmp_path, what):
    site = Site(str(tmp_path / "site"))
    os.makedirs(site.path("layout"))
    two_architectures(site.path("layout/oci"))
    words = [word.format(layout=site.path("layout/oci")) for word in what.words]
    what.prepare(site)
    shutil.copytree(site.path("var"), site.path("prepared"), symlinks=True)

    def reset():
        shutil.rmtree(site.path("var"))
        shutil.copytree(site.path("prepared"), site.path("var"), symlinks=True)

    before, names_before = what.seen(site), names(site)
    log = site.path("strace.log")
    done = traced(site, log, f"-e trace={CALLS}", words=words)
    assert done.returncode == 0, done.stderr
    after, names_after = what.seen(site), names(site)
    assert before != after
    calls = list(calls_of(log))
    assert len(calls) >= 3
    for call, occurrence in calls:
        where = f"{call} {occurrence}"
        reset()
        killed = traced(site, log, *kill_at(call, occurrence), words=words)
        assert killed.returncode != 0 or what.seen(site) == after, where
        for old, found, new in zip(before, what.seen(site), after):
            assert found in (old, new), where
        # What a start finds, it clears away.
        site.start()
        wait_for(lambda: names(site) <= names_before | names_after, f"nothing to be left of a kill at {where}")
        assert site.stop() == 0, where
        again = wwctl(site, *words)
        assert again.returncode == 0 or "specify --force" in again.stderr, where + again.stderr
        assert what.seen(site) == after, where
        assert names(site) == names_after, where
