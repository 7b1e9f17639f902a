# SPDX-License-Identifier: BSD-3-Clause
"""What nodes are sent of their overlays: archives that are nowhere as one file, and the complete files beside them."""

import gzip
import os
import random
import re
import subprocess

import pytest
from daemon import BIN

LARGE = random.Random(7).randbytes(300_000)
SITE_WITH_FILES = 100  # nodes; server/overlay/builder.h


def mac(index):
    return f"02:00:5e:00:{index >> 8:02x}:{index & 255:02x}"


@pytest.fixture
def served(site):
    """A function that starts a site of `count` nodes, whose system overlay has files of their own, a large one between
    them that all have, and a program."""

    def start(count, **settings):
        site.nodes(**{f"n{i}": {"hwaddr": mac(i), "system overlay": "[o]", "runtime overlay": "[]"} for i in range(1, count + 1)})
        site.write("var/lib/warewulf/overlays/o/rootfs/etc/first.ww", "first of {{.Id}}\n")
        site.write("var/lib/warewulf/overlays/o/rootfs/etc/last.ww", "last of {{.Id}}\n")
        for name in ("etc/large", "sbin/program"):
            put(site, name, LARGE if name == "etc/large" else LARGE[::-1])
        for old, new in settings.values():
            site.configure(old, new)
        return site.start()

    return start


def put(site, name, content):
    path = site.path(f"var/lib/warewulf/overlays/o/rootfs/{name}")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(content)


def unpacked(site, body):
    """The files of an archive, by the tool that every machine has."""
    folder = site.path("unpacked")
    subprocess.run(["rm", "-rf", folder], check=True)
    os.mkdir(folder)
    subprocess.run(["cpio", "--quiet", "-id"], cwd=folder, input=body, check=True)
    names = [os.path.relpath(os.path.join(at, name), folder) for at, _, files in os.walk(folder) for name in files]
    return {name: open(f"{folder}/{name}", "rb").read() for name in names}  # noqa: SIM115


def wwctl(site, *arguments):
    return subprocess.run([f"{BIN}/wwctl", "--warewulfconf", site.config, *arguments], capture_output=True, text=True, check=False)


def archives(site):
    folder = site.path("var/lib/warewulf/provision/overlays")
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def opened(pid):
    """What a process has open."""
    names = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            names.append(os.readlink(f"/proc/{pid}/fd/{number}"))
        except FileNotFoundError:
            pass
    return names


@pytest.mark.parametrize("compress", ["", "gz"])
def test_any_range_of_an_archive_is_what_the_whole_has_there(served, compress):
    site = served(2)
    path = f"/system/{mac(1)}" + (f"?compress={compress}" if compress else "")
    whole = site.get(path)
    assert whole.status == 200
    body = whole.body
    assert int(whole.headers["content-length"]) == len(body)
    plain = gzip.decompress(body) if compress else body
    files = unpacked(site, plain)
    assert files["etc/first"] == b"first of n1\n" and files["etc/last"] == b"last of n1\n"
    assert files["etc/large"] == LARGE and files["sbin/program"] == LARGE[::-1]

    # Where a large file begins and ends, in the plain form; anywhere else in both.
    places = {0, 1, len(body) - 1, len(body)} | {random.Random(3).randrange(len(body)) for _ in range(8)}
    if not compress:
        for content in (LARGE, LARGE[::-1]):
            begin = body.index(content)
            places |= {begin - 1, begin, begin + 1, begin + len(content) - 1, begin + len(content), begin + len(content) + 1}
    for first in sorted(places):
        for end in sorted(places):
            if first >= end:
                continue
            part = site.get(path, headers={"Range": f"bytes={first}-{end - 1}", "If-Range": whole.headers["etag"]})
            assert part.status == 206 and part.body == body[first:end]
            assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{len(body)}"
    assert site.get(path, headers={"Range": f"bytes={len(body)}-"}).status == 416
    assert site.get(path, headers={"Range": "bytes=5-9", "If-Range": '"another"'}).body == body
    head = site.get(path, method="HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(body)))


def test_what_did_not_change_is_not_sent_again(served):
    site = served(2)
    path = f"/system/{mac(1)}?compress=gz"
    first = site.get(path)
    again = {"If-None-Match": first.headers["etag"]}
    assert site.get(path, headers=again).status == 304
    # Something changed that is not in this archive.
    site.write("var/lib/warewulf/overlays/other/rootfs/file", "x")
    assert site.get(path, headers=again).status == 304
    assert site.get(f"/system/{mac(2)}?compress=gz", headers=again).status == 200
    site.write("var/lib/warewulf/overlays/o/rootfs/etc/last.ww", "changed\n")
    changed = site.get(path, headers=again)
    assert changed.status == 200
    assert unpacked(site, gzip.decompress(changed.body))["etc/last"] == b"changed\n"
    # A large file that changed in place.
    put(site, "etc/large", LARGE[1:])
    newer = site.get(path, headers={"If-None-Match": changed.headers["etag"]})
    assert unpacked(site, gzip.decompress(newer.body))["etc/large"] == LARGE[1:]


def test_large_files_are_kept_once_and_opened_once(served):
    site = served(40)
    for i in range(1, 41):
        assert site.get(f"/system/{mac(i)}?compress=gz").status == 200
    blobs = os.listdir(site.path("var/lib/warewulf/wwd/content/sha256"))
    assert len(blobs) == 2
    held = [name for name in opened(site.front) if "/wwd/content/sha256/" in name]
    assert sorted(os.path.basename(name) for name in held) == sorted(blobs)
    # What no overlay has any more goes with the next collection.
    put(site, "sbin/program", b"small now")
    assert site.get(f"/system/{mac(1)}").status == 200
    done = wwctl(site, "image", "gc")
    assert done.returncode == 0, done.stderr
    assert len(os.listdir(site.path("var/lib/warewulf/wwd/content/notes"))) == 1


def test_a_large_site_has_the_files_that_were_asked_for(served):
    site = served(SITE_WITH_FILES + 1)
    assert site.get(f"/system/{mac(1)}").status == 200
    assert archives(site) == []
    done = wwctl(site, "overlay", "build")
    assert done.returncode == 0, done.stderr
    assert re.search(rf"{SITE_WITH_FILES + 1} nodes: their overlays are made ready to be sent, not written to", done.stdout + done.stderr)
    assert archives(site) == []
    done = wwctl(site, "overlay", "build", "n7")
    assert done.returncode == 0, done.stderr
    names = [f"n7/__{context}__.img{gz}" for context in ("RUNTIME", "SYSTEM") for gz in ("", ".gz")]
    assert archives(site) == names
    for form, query in (("", ""), (".gz", "?compress=gz")):
        with open(site.path(f"var/lib/warewulf/provision/overlays/n7/__SYSTEM__.img{form}"), "rb") as f:
            assert f.read() == site.get(f"/system/{mac(7)}{query}").body
    # What is not what nodes are sent any more is not left lying there.
    site.write("var/lib/warewulf/overlays/o/rootfs/etc/last.ww", "changed\n")
    assert site.get(f"/system/{mac(7)}").status == 200
    assert archives(site) == names[:2]


def test_a_small_site_has_the_files_of_all(served):
    site = served(2)
    assert site.get(f"/system/{mac(1)}").status == 200
    assert archives(site) == ["n1/__SYSTEM__.img", "n1/__SYSTEM__.img.gz"]
    assert wwctl(site, "overlay", "build").returncode == 0
    assert len(archives(site)) == 8


def test_frozen_files_are_what_is_sent(served):
    site = served(SITE_WITH_FILES + 1, frozen=("autobuild overlays: true", "autobuild overlays: false"))
    first = site.get(f"/system/{mac(1)}")
    assert archives(site) == ["n1/__SYSTEM__.img", "n1/__SYSTEM__.img.gz"]
    site.write("var/lib/warewulf/overlays/o/rootfs/etc/last.ww", "changed\n")
    again = site.get(f"/system/{mac(1)}")
    assert (again.body, again.headers["etag"]) == (first.body, first.headers["etag"])
    # All of them, if nobody names any: they are what nodes will be sent.
    assert wwctl(site, "overlay", "build").returncode == 0
    assert len(archives(site)) == 4 * (SITE_WITH_FILES + 1)
    assert unpacked(site, site.get(f"/system/{mac(1)}").body)["etc/last"] == b"changed\n"
