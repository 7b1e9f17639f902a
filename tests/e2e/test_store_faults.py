# SPDX-License-Identifier: BSD-3-Clause
"""Disks that are full or cannot be written, and files that cannot be replaced: each in a mount namespace of its own."""

import hashlib
import os
import subprocess

import pytest
from daemon import BIN, PATIENCE
from store_site import conf, journal, must

NODES = "nodes:\n  n1:\n    comment: old\n"


def in_namespace(script, **variables):
    """A shell with mounts that nobody else sees."""
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-eu", "-c", script],
        env={**os.environ, "WWCTL": os.path.realpath(f"{BIN}/wwctl"), **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )


@pytest.fixture
def stocked(site):
    site.write("etc/warewulf/nodes.conf", NODES)
    must(site, "node", "set", "n1", "--comment=older", "--yes")
    must(site, "node", "set", "n1", "--comment=old", "--yes")
    assert conf(site) == NODES
    return site


def agrees(site, unrecorded=0):
    """Nothing is left open in the journal, and it knows the file that is there."""
    must(site, "node", "set", "n1", "--tagadd", "k=v", "--yes")
    assert journal(site, "SELECT count(*) FROM revision WHERE NOT done") == [(0,)]
    digest = hashlib.sha256(conf(site).encode()).hexdigest()
    assert journal(site, "SELECT digest FROM state") == [(digest,)]
    assert journal(site, "SELECT count(*) FROM revision WHERE via = 'hand edit'") == [(unrecorded,)]


@pytest.mark.parametrize("what", ["etc/warewulf", "var/lib/warewulf/wwd", "both"])
def test_a_full_disk_changes_nothing_or_costs_history_only(stocked, what):
    site = stocked
    folders = ["etc/warewulf", "var/lib/warewulf/wwd"] if what == "both" else [what]
    mounts = "".join(
        f"""
        cp -a {site.path(folder)} {site.path('copy')}
        mount -t tmpfs -o size=256k none {site.path(folder)}
        cp -a {site.path('copy')}/. {site.path(folder)}/
        rm -r {site.path('copy')}
        dd if=/dev/zero of={site.path(folder)}/filler bs=1k 2>/dev/null || true
        """
        for folder in folders
    )
    done = in_namespace(
        f"""{mounts}
        set +e
        "$WWCTL" --warewulfconf {site.config} node set n1 --comment={'x' * 5000} --yes
        echo "status $?"
        cp {site.path('etc/warewulf')}/nodes.conf {site.path('seen')}
        ls -A {site.path('etc/warewulf')}
        """
    )
    seen = site.read("seen")
    output = done.stdout + done.stderr
    if "etc/warewulf" in folders:
        assert "status 255" in output, output
        assert "No space left" in output
        assert seen == NODES
        assert ".nodes.conf" not in output.split("status 255")[1]
    else:
        assert "status 0" in output, output
        assert "missing in the history" in output and "No space left on device" in output
        assert "x" * 5000 in seen
    # The mounts are gone with the namespace. A change that is missing in the journal is taken for one by hand.
    agrees(site, unrecorded=len(folders) == 1 and "etc/warewulf" not in folders)


def test_a_read_only_file_system_is_an_error(stocked):
    site = stocked
    etc = site.path("etc/warewulf")
    done = in_namespace(
        f"""
        mount --bind {etc} {etc}
        mount -o remount,ro,bind {etc}
        set +e
        "$WWCTL" --warewulfconf {site.config} node set n1 --comment=new --yes
        echo "status $?"
        """
    )
    assert "status 255" in done.stdout, done.stdout + done.stderr
    assert "Read-only file system" in done.stderr
    assert conf(site) == NODES
    agrees(site)


@pytest.mark.parametrize(
    "command, old, new",
    [
        ("node set n1 --comment=new --yes", "comment: old", "comment: new"),
        ("upgrade nodes --add-defaults=false --replace-overlays=false", "container name: rocky", "image name: rocky"),
    ],
)
def test_a_mounted_file_is_rewritten_in_place(stocked, command, old, new):
    site = stocked
    file = site.path("etc/warewulf/nodes.conf")
    source = site.path("source.conf")
    site.write("source.conf", NODES.replace("comment: old", old))
    done = in_namespace(
        f"""
        mount --bind {source} {file}
        "$WWCTL" --warewulfconf {site.config} {command}
        cat {file}
        """
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rewritten in place" in done.stdout + done.stderr
    assert new in site.read("source.conf")
    assert not os.path.exists(site.path("var/lib/warewulf/wwd/nodes.conf.recovery"))


def recovery_of(before, after):
    body = before + after
    return f"wwd-recovery 1 {len(before)} {len(after)} {hashlib.sha256(body.encode()).hexdigest()}\n{body}"


@pytest.mark.parametrize(
    "found, left",
    [
        ("nodes:\n  n1:\n    comment: new\n", "new"),  # done
        ("nodes:\n  n1:\n    comment: nld\n", "new"),  # in the middle
        ("nodes:\n  n1:\n    comment: old\n", "old"),  # not begun
        ("nodes:\n  n1:\n    comment: ours\n", "ours"),  # an edit by hand came after
    ],
)
def test_an_interrupted_rewriting_is_settled(stocked, found, left):
    site = stocked
    site.write("etc/warewulf/nodes.conf", found)
    copy = "var/lib/warewulf/wwd/nodes.conf.recovery"
    site.write(copy, recovery_of(NODES, NODES.replace("old", "new")))
    must(site, "node", "list")
    assert conf(site) == NODES.replace("old", left)
    assert not os.path.exists(site.path(copy))
    assert os.path.exists(site.path(copy + ".old")) == (left == "ours")


def test_a_link_is_followed_and_attributes_stay(stocked):
    site = stocked
    file, target = site.path("etc/warewulf/nodes.conf"), site.path("shared/nodes.conf")
    os.makedirs(site.path("shared"))
    os.rename(file, target)
    os.symlink("../../shared/nodes.conf", file)
    os.chmod(target, 0o640)
    os.chown(target, 0, 12)
    os.setxattr(target, "user.note", b"kept")
    must(site, "node", "set", "n1", "--comment=new", "--yes")
    assert os.readlink(file) == "../../shared/nodes.conf"
    assert "comment: new" in site.read("shared/nodes.conf")
    status = os.stat(target)
    assert (status.st_mode & 0o7777, status.st_uid, status.st_gid) == (0o640, 0, 12)
    assert os.getxattr(target, "user.note") == b"kept"
