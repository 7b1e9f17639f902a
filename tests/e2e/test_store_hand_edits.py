# SPDX-License-Identifier: BSD-3-Clause
"""nodes.conf edited by hand while the daemon runs, in every way people and programs do it."""

import json
import os
import socket

import pytest
from daemon import wait_for
from store_site import conf, journal, must, wwctl

FILE = "etc/warewulf/nodes.conf"
THREE = "nodes:\n  n1: {}\n  n2: {}\n  n3: {}\n"


def node_names(site):
    return list(json.loads(must(site, "node", "list", "--json")))


def edits(site):
    return journal(site, "SELECT number FROM revision WHERE via = 'hand edit'")


@pytest.fixture
def running(site):
    site.write(FILE, THREE)
    return site.start()


def test_nobody_reads_a_file_that_is_being_written(running):
    site = running
    must(site, "node", "list")
    with open(site.path(FILE), "w", encoding="utf-8") as f:  # truncates, as upstream does
        assert node_names(site) == ["n1", "n2", "n3"]
        f.write("nodes:\n  n1:\n    comment: ha")
        f.flush()
        assert node_names(site) == ["n1", "n2", "n3"]
        refused = wwctl(site, "node", "set", "n1", "--comment=x", "--yes")
        assert refused.returncode == 255 and "is being written" in refused.stderr
        f.write("lf\n  n2: {}\n  n3: {}\n")
    wait_for(lambda: len(edits(site)) == 1, "the edit in the journal")
    assert "comment: half" in must(site, "node", "list", "--yaml", "n1")
    assert "store.dropped" not in site.log()


def test_an_edit_that_drops_nodes_is_told_and_can_be_undone(running):
    site = running
    site.write(FILE, "nodes:\n  n2: {}\n")
    site.wait_for_log(r"store\.dropped 2 nodes .*: n\[1,3\]; wwctl undo \d+ brings them back")
    assert node_names(site) == ["n2"]
    history = must(site, "history")
    assert "hand edit" in history and "n[1,3]" in history
    must(site, "undo", "--yes")
    assert conf(site) == THREE


def test_a_broken_edit_is_reported_and_stays(running):
    site = running
    broken = "nodes:\n  n1:\n    network devices:\n      default: {ipaddr: 10.0.0.300}\n"
    site.write(FILE, broken)
    site.wait_for_log(r"store\.rejected .*nodes\.conf:4:\d+")
    status = wwctl(site, "server", "status")
    assert status.returncode == 1
    assert "nodes.conf:4:" in status.stdout and "3 nodes" in status.stdout
    assert "nodes.conf:4:" in wwctl(site, "node", "status").stderr
    refused = wwctl(site, "node", "set", "n1", "--comment=x", "--yes")
    assert refused.returncode == 255 and "nodes.conf:4:" in refused.stderr
    assert conf(site) == broken
    assert edits(site) == []
    site.write(FILE, THREE + "  n4: {}\n")
    wait_for(lambda: len(edits(site)) == 1, "the edit in the journal")
    assert wwctl(site, "server", "status").returncode == 0


MAC = "02:00:5e:00:00:01"
NAMED = f"nodes:\n  n1:\n    network devices:\n      default: {{hwaddr: '{MAC}'}}\n"


def put_in_place(site, kind):
    """Something that is no file where nodes.conf was."""
    path = site.path(FILE)
    if kind == "FIFO":
        os.mkfifo(path + ".new")
    elif kind == "folder":
        os.mkdir(path + ".new")
        os.unlink(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(path + ".new")
    else:
        os.mknod(path + ".new", 0o20600, os.makedev(1, 5))  # /dev/zero
    os.rename(path + ".new", path)


@pytest.mark.skipif(os.geteuid() != 0, reason="devices are made by root")
@pytest.mark.parametrize("kind", ["FIFO", "folder", "socket", "device"])
def test_what_is_no_file_keeps_nobody(site, kind):
    site.write(FILE, NAMED)
    site.start()
    put_in_place(site, kind)
    site.wait_for_log(rf"store\.rejected .*nodes\.conf is a {kind}, not a regular file")
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    refused = wwctl(site, "node", "set", "n1", "--comment=x", "--yes")
    assert refused.returncode == 255 and f"is a {kind}, not a regular file" in refused.stderr
    os.rename(site.path(FILE), site.path("aside"))
    site.write(FILE, NAMED)
    must(site, "node", "set", "n1", "--comment=x", "--yes")
    # Nor at the start.
    assert site.stop() == 0
    put_in_place(site, kind) if kind != "folder" else (os.unlink(site.path(FILE)), os.mkdir(site.path(FILE)))
    site.start()
    site.wait_for_log(rf"store\.rejected .*nodes\.conf is a {kind}, not a regular file")


def test_an_empty_file_takes_no_node_away(site):
    site.write(FILE, NAMED)
    site.start()
    site.write(FILE, "# nothing\n")
    site.wait_for_log(r"store\.rejected .*nodes\.conf is empty, and 1 nodes were in it")
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    refused = wwctl(site, "node", "add", "n2")
    assert refused.returncode == 255 and 'write "nodes: {}" into it' in refused.stderr
    assert conf(site) == "# nothing\n"
    # A power failure may leave it so: at the start, what was known last is served.
    assert site.stop() == 0
    site.write(FILE, "")
    site.start()
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    # Who wants none says so, and may think better of it.
    site.write(FILE, "nodes: {}\n")
    site.wait_for_log(r"store\.dropped 1 nodes")
    assert site.text(f"/ipxe/{MAC}") == f"nobody {MAC}\n"
    must(site, "undo", "--yes")
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"


def test_an_edit_behind_a_link_is_noticed(site):
    os.makedirs(site.path("shared"))
    site.write("shared/real.conf", THREE)
    os.unlink(site.path(FILE)) if os.path.exists(site.path(FILE)) else None
    os.symlink(site.path("shared/real.conf"), site.path(FILE))
    site.start()
    site.write("shared/real.conf", THREE + "  n4: {}\n")
    site.wait_for_log(r"store\.edited entries=1")
    site.write("shared/other", THREE)
    os.rename(site.path("shared/other"), site.path("shared/real.conf"))
    wait_for(lambda: len(edits(site)) == 2, "the second edit")


def test_an_edit_while_nothing_ran_is_in_the_history(site):
    site.write(FILE, THREE)
    must(site, "node", "set", "n1", "--comment=a", "--yes")
    site.write(FILE, conf(site).replace("comment: a", "comment: b  # by hand"))
    assert '"a" → "b"' in must(site, "history", "--long", "n1")
    assert "hand edit" in must(site, "blame", "n1", "comment")


def test_who_did_it_comes_from_the_kernel_and_secrets_stay_out(running):
    site = running
    must(site, "node", "set", "n1", "--ipmipass", "geheim", "--comment=two words", "-y")
    must(site, "node", "set", "n1", "--ipmipass=geheimer", "-y")
    rows = journal(site, "SELECT command, user, uid, via FROM revision WHERE via != 'start' ORDER BY number")
    assert [row[1:] for row in rows] == [("root", 0, "socket")] * 2
    assert rows[0][0].endswith("node set n1 --ipmipass '********' '--comment=two words' -y")
    assert rows[1][0].endswith("node set n1 '--ipmipass=********' -y")
    # Anybody may ask, but not for secrets.
    reply = ask_as_nobody(site, "/wwd/v1/history", b'{"names":["n1"],"limit":0,"fields":true}')
    assert "two words" in reply and "geheim" not in reply
    assert "geheim" not in ask_as_nobody(site, "/wwd/v1/blame", b'{"name":"n1","field":""}')
    assert "geheim" not in ask_as_nobody(site, "/wwd/v1/diff", b'{"from":1,"to":0}')
    assert "PermissionDenied" in ask_as_nobody(site, "/wwd/v1/undo", b"{}")
    mode = os.stat(site.path("var/lib/warewulf/wwd/journal.sqlite")).st_mode & 0o777
    assert mode == 0o600


def ask_as_nobody(site, path, body):
    """One request to the API's socket by a user without rights."""
    os.chmod(os.path.dirname(site.root), 0o755)
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            with socket.socket(socket.AF_UNIX) as s:
                os.chdir(site.run_folder)
                os.setuid(65534)
                s.connect("wwd.sock")
                s.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body))
                while got := s.recv(65536):
                    os.write(write, got)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as f:
        reply = f.read()
    os.waitpid(child, 0)
    assert reply
    return reply
