# SPDX-License-Identifier: BSD-3-Clause
"""Builds of an image that are kept: served again, pinned, collected; by the real wwd, from a node's point of view."""

import gzip
import json
import os
import re

import pytest
from store_site import must, wwctl

HWADDR = "52:54:00:00:00:01"
PINNED = "52:54:00:00:00:02"


@pytest.fixture
def rocky(site):
    """An image `rocky` built twice, each time with a kernel of its own; n1 boots it, n2 is pinned to the first build."""
    site.nodes(n1={"hwaddr": HWADDR, "image name": "rocky"}, n2={"hwaddr": PINNED, "image name": "rocky@1"})
    site.start()
    for number in (1, 2):
        rebuild(site, number)
    return site


def rebuild(site, number):
    tree = site.path("var/lib/warewulf/chroots/rocky/rootfs")
    os.makedirs(f"{tree}/boot", exist_ok=True)
    for old in os.listdir(f"{tree}/boot"):
        os.unlink(f"{tree}/boot/{old}")
    site.write(f"var/lib/warewulf/chroots/rocky/rootfs/boot/vmlinuz-6.1.{number}", f"kernel {number}")
    site.write(f"var/lib/warewulf/chroots/rocky/rootfs/boot/initramfs-6.1.{number}.img", f"initramfs {number}")
    site.write("var/lib/warewulf/chroots/rocky/rootfs/etc/release", f"release {number}\n")
    return must(site, "image", "build", "rocky")


def release(site, hwaddr):
    """The release in the image that a node gets, and the kernel and initramfs it gets beside it."""
    reply = site.get(f"/image/{hwaddr}?compress=gz")
    assert reply.status == 200
    release = re.search(rb"release (\d+)", gzip.decompress(reply.body))[1].decode()
    kernel, initramfs = (site.get(f"/{stage}/{hwaddr}") for stage in ("kernel", "initramfs"))
    assert (kernel.status, initramfs.status) == (200, 200)
    return release, kernel.body.decode(), initramfs.body.decode()


def of(number):
    return str(number), f"kernel {number}", f"initramfs {number}"


def history(site):
    return json.loads(must(site, "image", "history", "--json", "rocky"))["generations"]


def test_a_rollback_brings_image_and_kernel_and_a_build_leaves_it(rocky):
    site = rocky
    assert release(site, HWADDR) == of(2)
    told = must(site, "image", "rollback", "rocky")
    assert "generation 1" in told + wwctl(site, "image", "history", "rocky").stdout
    assert release(site, HWADDR) == of(1)
    assert site.get(f"/image/{HWADDR}").body == gzip.decompress(site.get(f"/image/{HWADDR}?compress=gz").body)
    assert [each["served"] for each in history(site)] == [False, True]
    must(site, "image", "build", "rocky")
    assert release(site, HWADDR) == of(2)
    assert [each["generation"] for each in history(site)] == [2, 1]


def test_a_pinned_node_gets_its_generation_whatever_others_get(rocky):
    site = rocky
    assert release(site, PINNED) == of(1)
    rebuild(site, 3)
    assert release(site, PINNED) == of(1)
    assert release(site, HWADDR) == of(3)
    assert "rocky@1" in must(site, "node", "list", "--all", "n2")
    # Only the compressed form is kept.
    assert site.get(f"/image/{PINNED}").status == 404
    told = wwctl(site, "node", "set", "--yes", "n2", "--image", "rocky@99")
    assert 'image "rocky" has no generation 99' in told.stdout + told.stderr
    assert site.get(f"/image/{PINNED}?compress=gz").status == 404
    assert site.get(f"/kernel/{PINNED}").status == 400  # as for a kernel that is not there


def test_history_tells_who_why_and_who_needs_it(rocky):
    site = rocky
    release(site, HWADDR)
    release(site, PINNED)
    second, first = history(site)
    assert (first["kernel_version"], second["kernel_version"]) == ("6.1.1", "6.1.2")
    assert first["user"] == "root"
    assert first["command"] == "image build rocky"
    assert (first["pinned_by"], first["booted_by"]) == (["n2"], ["n2"])
    assert (second["pinned_by"], second["booted_by"], second["served"]) == ([], ["n1"], True)
    table = must(site, "image", "history", "rocky").splitlines()
    assert table[0].split() == ["GENERATION", "BUILT", "USER", "KERNEL", "SIZE", "STATE", "BOOTED", "COMMAND"]
    assert " served " in table[2] and " pinned " in table[3]


def test_what_nobody_needs_goes(rocky):
    site = rocky
    release(site, HWADDR)  # n1 runs the second
    for number in range(3, 8):
        rebuild(site, number)
    # 1 is pinned, 2 is what n1 booted last, three newest are kept.
    assert [each["generation"] for each in history(site)] == [7, 6, 5, 2, 1]
    must(site, "node", "set", "--yes", "n2", "--image", "rocky")
    release(site, HWADDR)
    must(site, "image", "gc", "--keep", "1")
    assert [each["generation"] for each in history(site)] == [7]
    # Room is given back once nobody can be about to use it; here by hand, since an hour is long.
    assert release(site, PINNED) == of(7)


def test_pins_count_as_uses_and_follow_a_rename(rocky):
    site = rocky
    must(site, "node", "set", "--yes", "n1", "--image", "UNDEF")
    refused = wwctl(site, "image", "delete", "--yes", "rocky")
    assert refused.returncode != 0
    assert "in use by node n2" in refused.stdout + refused.stderr
    must(site, "image", "rename", "rocky", "alma")
    assert "alma@1" in must(site, "node", "list", "--all", "n2")
    reply = site.get(f"/image/{PINNED}?compress=gz")
    assert b"release 1" in gzip.decompress(reply.body)


def test_without_its_store_a_site_goes_on(rocky):
    site = rocky
    content = site.path("var/lib/warewulf/wwd/content")
    os.rename(content, content + ".lost")
    assert release(site, HWADDR) == of(2)
    assert site.get(f"/image/{PINNED}?compress=gz").status == 404
    rebuild(site, 3)
    assert release(site, HWADDR) == of(3)
    assert release(site, PINNED) == of(3)  # the first of a new history


def test_unknown_numbers_are_refused(rocky):
    for words, hint in (
        (("rocky", "9"), "it has 1, 2"),
        (("rocky", "0"), "no number of a generation"),
        (("rocky", "one"), "no number of a generation"),
        (("rocki",), "rocky"),
    ):
        refused = wwctl(rocky, "image", "rollback", *words)
        assert refused.returncode != 0
        assert hint in refused.stdout + refused.stderr, words
