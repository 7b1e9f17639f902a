# SPDX-License-Identifier: BSD-3-Clause
"""SIGKILL at every system call of a commit, one by one: the file is the old or the new one, whole, and the journal
agrees after the next start."""

import hashlib
import os
import re
import shutil

import pytest
from daemon import Site
from store_site import conf, journal, must, wwctl
from traced import kill_at, traced

OLD = "# ours\nnodes:\n  n1:\n    comment: old  # stays\n  n2: {}\n"
NEW = OLD.replace("comment: old", "comment: new")

# The calls that change something outside of the process. The kill comes on entering a call, so one at a call that only
# reads finds what the next of these finds.
CALLS = (
    "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,fchmod,fchown,flock,"
    "mkdir,link,fsetxattr,msync,fallocate,sendto"
)

SET = ("node", "set", "n1", "--comment=new", "--yes")
UPGRADE = ("upgrade", "nodes", "--add-defaults=false", "--replace-overlays=false")


@pytest.fixture
def prepared(tmp_path):
    """A site whose journal exists; each run starts from a copy of its state."""
    site = Site(str(tmp_path / "site"))
    site.write("etc/warewulf/nodes.conf", OLD.replace("comment: old", "comment: older"))
    must(site, "node", "set", "n1", "--comment=old", "--yes")
    assert conf(site) == OLD
    state = str(tmp_path / "state")
    shutil.copytree(site.path("var/lib/warewulf/wwd"), f"{state}/wwd")
    shutil.copytree(site.path("etc/warewulf"), f"{state}/etc", symlinks=True)

    def reset():
        for copy, place in (("wwd", "var/lib/warewulf/wwd"), ("etc", "etc/warewulf")):
            shutil.rmtree(site.path(place))
            shutil.copytree(f"{state}/{copy}", site.path(place), symlinks=True)

    site.reset = reset
    return site


def calls_since(begin, site, log, words):
    """For each call by name, which occurrences come from a line with `begin` in it to the end of the command."""
    done = traced(site, log, f"-e trace={CALLS}", words=words)
    assert done.returncode == 0, done.stderr
    counts, chosen, inside = {}, [], False
    with open(log, encoding="utf-8", errors="replace") as f:
        for line in f:
            call = re.match(r"(?:\d+ +)?([a-z0-9_]+)\(", line)
            if not call:
                continue
            name = call[1]
            counts[name] = counts.get(name, 0) + 1
            inside = inside or begin in line
            if inside:
                chosen.append((name, counts[name]))
    return chosen


def test_a_kill_at_any_call_leaves_the_old_or_the_new_file(prepared):
    site = prepared
    log = site.path("strace.log")
    calls = calls_since('/lock"', site, log, SET)
    assert conf(site) == NEW
    assert {"renameat2", "fsync", "write", "flock"} <= {name for name, _ in calls}
    seen = {OLD: 0, NEW: 0}
    for name, occurrence in calls:
        where = f"{name} {occurrence}"
        site.reset()
        killed = traced(site, log, *kill_at(name, occurrence), words=SET)
        left = conf(site)
        assert left in seen, f"{where}: {left!r}"
        seen[left] += 1
        if killed.returncode == 0:
            assert left == NEW, where

        # The next command settles what was begun.
        must(site, "node", "set", "n2", "--comment=next", "--yes")
        rows = journal(site, "SELECT number, done, digest_before, digest_after, via FROM revision ORDER BY number")
        assert all(row[1] == 1 for row in rows), where
        now = conf(site)
        assert rows[-1][3] == hashlib.sha256(now.encode()).hexdigest(), where
        for before, after in zip(rows, rows[1:]):
            assert before[3] == after[2], where
        assert [row[4] for row in rows] == ["start", "private", "private"] + ["private"] * (left == NEW), where
        assert [f for f in os.listdir(site.path("etc/warewulf")) if f.startswith(".")] == [], where
        assert now == left.replace("n2: {}", "n2:\n    comment: next"), where
    # Both sides of the commit point were there.
    assert seen[OLD] > 3 and seen[NEW] > 3, seen


@pytest.mark.parametrize("old", ["container name: rocky", "runtime overlay: generic"], ids=["loads", "does not load"])
def test_an_upgrade_killed_after_the_rename_is_in_the_history(prepared, old):
    site = prepared
    log = site.path("strace.log")

    def reset():
        site.reset()
        site.write("etc/warewulf/nodes.conf", OLD.replace("comment: old", old))

    reset()
    rename, *after = calls_since('nodes.conf", RENAME_EXCHANGE)', site, log, UPGRADE)
    new = conf(site)
    assert old not in new and rename[0] == "renameat2"
    for name, occurrence in after[:4]:
        where = f"{name} {occurrence}"
        reset()
        killed = traced(site, log, *kill_at(name, occurrence), words=UPGRADE)
        assert killed.returncode != 0 and conf(site) == new, where
        must(site, "node", "set", "n2", "--comment=next", "--yes")
        rows = journal(site, "SELECT done, via, command FROM revision ORDER BY number DESC LIMIT 2")
        assert [row[:2] for row in rows] == [(1, "private")] * 2, where
        assert "upgrade nodes" in rows[1][2], where
        assert "upgrade nodes" in must(site, "history", "n1"), where


def test_a_broken_journal_loses_history_only(prepared):
    site = prepared
    with open(site.path("var/lib/warewulf/wwd/journal.sqlite"), "wb") as f:
        f.write(b"no database at all, but long enough to have a header of one" * 100)
    done = wwctl(site, "node", "set", "n1", "--comment=new", "--yes")
    assert done.returncode == 0, done.stderr
    assert conf(site) == NEW
    assert "comment" in must(site, "history", "--long", "n1")
    assert [f for f in os.listdir(site.path("var/lib/warewulf/wwd")) if ".broken-" in f]
    os.unlink(site.path("var/lib/warewulf/wwd/journal.sqlite"))
    must(site, "node", "set", "n1", "--comment=newer", "--yes")
    assert "newer" in conf(site)
