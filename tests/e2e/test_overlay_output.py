# SPDX-License-Identifier: BSD-3-Clause
"""wwctl overlay build --output: archives as files in a folder of whoever asks; and disks that are too small for files."""

import contextlib
import os
import random
import shutil
import stat
import subprocess

import pytest
from daemon import BIN
from remote_site import RemoteSite, remote
from test_overlay_pieces import SITE_WITH_FILES, mac, put, unpacked

# More than fits into one part of a reply.
LARGE = random.Random(11).randbytes(2_500_000)
NAMES = ["__RUNTIME__.img", "__RUNTIME__.img.gz", "__SYSTEM__.img", "__SYSTEM__.img.gz"]


@pytest.fixture(name="overlays")
def make_overlays(site):
    """A site of two nodes that is not started."""
    lay_out(site, 2)
    return site


def lay_out(site, count):
    site.nodes(**{f"n{i}": {"hwaddr": mac(i), "system overlay": "[o]", "runtime overlay": "[r]"} for i in range(1, count + 1)})
    site.write("var/lib/warewulf/overlays/o/rootfs/etc/own.ww", "{{.Id}}\n")
    site.write("var/lib/warewulf/overlays/r/rootfs/etc/motd.ww", "hello {{.Id}}\n")
    put(site, "etc/large", LARGE)


def build(site, *words):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, "overlay", "build", *words], capture_output=True, text=True, check=False
    )


def read(path):
    with open(path, "rb") as f:
        return f.read()


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def provided(site):
    return files_below(site.path("var/lib/warewulf/provision/overlays"))


@contextlib.contextmanager
def small_disk(folder, size):
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_the_files_are_what_nodes_are_sent(site):
    lay_out(site, SITE_WITH_FILES + 1)
    site.start()
    out = site.path("out/of/it")
    done = build(site, "--output", out, "n1", "n2")
    assert done.returncode == 0, done.stderr
    assert files_below(out) == [f"n{i}/{name}" for i in (1, 2) for name in NAMES]
    assert provided(site) == []
    for i in (1, 2):
        for context in ("system", "runtime"):
            path = f"{out}/n{i}/__{context.upper()}__.img"
            assert f"Created image for n{i} {context} overlay: {path}\n" in done.stdout
            assert read(path) == site.get(f"/{context}/{mac(i)}").body
            assert read(f"{path}.gz") == site.get(f"/{context}/{mac(i)}?compress=gz").body
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
        assert stat.S_IMODE(os.stat(f"{out}/n{i}").st_mode) == 0o750
    # What is there is replaced, and stays whole for who has it open.
    with open(f"{out}/n1/__RUNTIME__.img", "rb") as before:
        site.write("var/lib/warewulf/overlays/r/rootfs/etc/motd.ww", "good day {{.Id}}\n")
        assert build(site, "-o", out, "n1").returncode == 0
        assert b"hello n1\n" in before.read()
    assert b"good day n1\n" in read(f"{out}/n1/__RUNTIME__.img")
    assert b"hello n2\n" in read(f"{out}/n2/__RUNTIME__.img")


def test_no_daemon_is_needed(overlays):
    out = overlays.path("out")
    assert build(overlays, "--output", out).returncode == 0
    assert files_below(out) == [f"n{i}/{name}" for i in (1, 2) for name in NAMES]
    assert unpacked(overlays, read(f"{out}/n2/__SYSTEM__.img")) == {"etc/own": b"n2\n", "etc/large": LARGE}


def test_what_is_frozen_stays(overlays):
    overlays.configure("autobuild overlays: true", "autobuild overlays: false")
    overlays.start()
    before = overlays.get(f"/runtime/{mac(1)}").body
    overlays.write("var/lib/warewulf/overlays/r/rootfs/etc/motd.ww", "good day {{.Id}}\n")
    assert build(overlays, "--output", overlays.path("out"), "n1").returncode == 0
    assert b"good day n1\n" in read(overlays.path("out/n1/__RUNTIME__.img"))
    assert overlays.get(f"/runtime/{mac(1)}").body == before


def test_a_server_elsewhere(overlays):
    far = RemoteSite(overlays).start()
    out = overlays.path("out")
    words = ["overlay", "build", "--output", out, "n1"]
    done = remote(far, far.token("ci"), *words)
    assert done.returncode == 0, done.stderr
    assert unpacked(overlays, read(f"{out}/n1/__SYSTEM__.img")) == {"etc/own": b"n1\n", "etc/large": LARGE}
    # There are secrets in archives: who may have them built may not have them.
    shutil.rmtree(out)
    done = remote(far, far.token("operator", "operator"), *words)
    assert done.returncode == 255
    assert "may not hand over a part of a node's overlay archive" in done.stderr
    assert files_below(out) == []


def test_what_is_another_one_each_time_is_whole(overlays):
    overlays.write("var/lib/warewulf/overlays/o/rootfs/etc/once.ww", "{{uuidv4}}\n")
    overlays.start()
    out = overlays.path("out")
    assert build(overlays, "--output", out, "n1").returncode == 0
    assert unpacked(overlays, read(f"{out}/n1/__SYSTEM__.img"))["etc/large"] == LARGE


def test_one_that_fails_keeps_no_other_from_being_written(overlays):
    overlays.write("var/lib/warewulf/overlays/r/rootfs/etc/motd.ww", '{{if eq .Id "n1"}}{{.Nope}}{{end}}')
    overlays.start()
    out = overlays.path("out")
    done = build(overlays, "--output", out)
    assert done.returncode == 255
    assert "some overlays failed to be generated: template: motd.ww" in done.stderr
    assert files_below(out) == [f"n1/{name}" for name in NAMES[2:]] + [f"n2/{name}" for name in NAMES]


@pytest.mark.parametrize("words", [["--detach"], ["--keep-last-good"], ["--output", ""]], ids=["detach", "last-good", "empty"])
def test_what_makes_no_sense_is_refused(overlays, words):
    done = build(overlays, "--output", overlays.path("out"), *words)
    assert done.returncode == 255
    assert "--output" in done.stderr
    assert not os.path.exists(overlays.path("out"))


def test_a_folder_that_cannot_be_made(overlays):
    overlays.write("file", "")
    done = build(overlays, "--output", overlays.path("file/below"))
    assert done.returncode == 255
    assert overlays.path("file/below") in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system of its own must be mounted")
def test_what_does_not_fit_is_not_begun(overlays):
    out = overlays.path("out")
    with small_disk(out, "4m"):
        done = build(overlays, "--output", out)
        assert done.returncode == 255
        assert f"{out} has room for 4194304 bytes, of the " in done.stderr and "that these 8 files take" in done.stderr
        assert os.listdir(out) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system of its own must be mounted")
def test_a_build_that_does_not_fit_is_not_begun(overlays):
    overlays.start()
    folder = overlays.path("var/lib/warewulf/provision/overlays")
    with small_disk(folder, "8m"):
        # One node's files would fit, those of both do not.
        done = build(overlays)
        assert done.returncode == 255
        assert f"{folder} has room for 8388608 bytes, of the " in done.stderr
        assert "that the archives of 2 nodes take" in done.stderr
        assert provided(overlays) == []
        assert build(overlays, "n1").returncode == 0
        assert len(provided(overlays)) == 4


def test_a_large_file_is_in_nobodys_memory(overlays):
    """Not the one who makes the archive, nor the one who sends it."""
    size = 160 << 20
    path = overlays.path("var/lib/warewulf/overlays/o/rootfs/etc/large")
    with open(path, "wb") as f:
        f.truncate(size)
    overlays.start()
    processes = (overlays.wwd.pid, overlays.front)
    before = [peak_of(pid) for pid in processes]
    assert overlays.get(f"/system/{mac(1)}?compress=gz", method="HEAD").status == 200
    grown = [peak_of(pid) - was for pid, was in zip(processes, before, strict=True)]
    assert max(grown) < size // 2, grown


def peak_of(pid):
    """The most that a process had in memory, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM:"))
