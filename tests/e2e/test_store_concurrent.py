# SPDX-License-Identifier: BSD-3-Clause
"""Many writers at once, and a reader that looks all the time."""

import os
import subprocess
import threading

import pytest
from daemon import BIN, PATIENCE, wait_for
from lab.process import Process
from store_site import command, conf, journal, must, wwctl

MANY = 64


class Reader(threading.Thread):
    """Reads nodes.conf again and again; remembers what it must never see."""

    def __init__(self, path, first):
        super().__init__()
        self.path, self.first, self.ended, self.bad, self.looks = path, first, threading.Event(), [], 0

    def run(self):
        while not self.ended.is_set():
            with open(self.path, encoding="utf-8") as f:
                text = f.read()
            self.looks += 1
            if not text.startswith(self.first) or not text.endswith("# the end\n"):
                self.bad.append(text)

    def stop(self):
        self.ended.set()
        self.join()
        assert self.looks > 0 and self.bad == []


@pytest.fixture(params=["with a daemon", "private"])
def many_nodes(request, site):
    site.write(
        "etc/warewulf/nodes.conf", "# the start\nnodes:\n" + "".join(f"  n{i}: {{}}\n" for i in range(MANY)) + "# the end\n"
    )
    if request.param == "with a daemon":
        site.start()
    return site


def at_once(commands):
    results = [None] * len(commands)

    def run(i):
        results[i] = commands[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(commands))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_changes_of_different_nodes_are_all_there(many_nodes):
    site = many_nodes
    reader = Reader(site.path("etc/warewulf/nodes.conf"), "# the start\n")
    reader.start()
    done = at_once(
        [lambda i=i: wwctl(site, "node", "set", f"n{i}", f"--comment=by {i}", "--yes") for i in range(MANY)]
    )
    reader.stop()
    assert [d.stderr for d in done if d.returncode] == []
    for i in range(MANY):
        assert f"  n{i}:\n    comment: by {i}\n" in conf(site)
    assert journal(site, "SELECT count(*) FROM revision WHERE via != 'start'") == [(MANY,)]


def test_changes_of_one_field_are_serialised_or_refused(many_nodes):
    site = many_nodes
    # Every second one is asked first, and says yes to what it saw.
    done = at_once(
        [
            lambda i=i: wwctl(site, "node", "set", "n1", f"--comment=by {i}", *(["--yes"] * (i % 2)), user_input="y\n")
            for i in range(MANY)
        ]
    )
    saved = [i for i, d in enumerate(done) if d.returncode == 0]
    refused = [d for d in done if d.returncode != 0]
    assert all("somebody else changed the same entries" in d.stderr for d in refused), [d.stderr for d in refused]
    assert all(f"by {i}" not in d.stderr for i, d in enumerate(done) if d.returncode == 0)
    # Each refusal names who was faster, and the history has exactly those that were told yes.
    assert all("node set n1" in d.stderr for d in refused)
    rows = journal(site, "SELECT command FROM revision WHERE via != 'start' ORDER BY number")
    assert len(rows) == len(saved)
    assert sorted(saved) == sorted(int(row[0].split("by ")[1].split("'")[0]) for row in rows)
    last = rows[-1][0].split("by ")[1].split("'")[0]
    assert f"comment: by {last}\n" in conf(site)
    assert os.path.exists(site.config)


@pytest.fixture
def revisions(site):
    """A site whose only node is sent the revision in its tag."""
    site.write("etc/warewulf/ipxe/default.ipxe", "{{.Tags.rev}}\n")
    site.nodes(n1="02:00:5e:00:00:01")
    site.served = lambda: site.get("/ipxe/02:00:5e:00:00:01").body.decode().strip()
    return site


def test_a_change_made_without_a_daemon_is_known_to_one_that_started_meanwhile(revisions):
    """When wwctl says that it is made, whoever asks is answered by it: nobody waits until the daemon finds out by itself."""
    site = revisions
    for turn in range(1, 6):
        words = command(site, "node", "set", "n1", "--tagadd", f"rev=v{turn}")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as change:
            said = ""
            while "[y/N]" not in said:
                letter = change.stdout.read(1)
                assert letter, f"it ended, having said {said!r}"
                said += letter
            site.start()
            change.stdin.write("y\n")
            change.stdin.close()
            assert change.wait(PATIENCE) == 0
        assert site.served() == f"v{turn}"
        site.stop()


def test_a_change_made_while_a_daemon_starts_is_not_lost_on_it(revisions):
    """It is held where nobody can ask it yet. What was changed until then it has read when it answers."""
    site = revisions
    hold = ("strace", "-D", "-f", "-qq", "-o", site.path("calls"), "-e", "inject=listen:delay_enter=2000000:when=1")
    site.wwd = Process([*hold, f"{BIN}/wwd", "--warewulfconf", site.config], log=site.path("wwd.log"))
    wait_for(lambda: os.path.exists(f"{site.run_folder}/wwd.sock"), "its socket")
    must(site, "node", "set", "n1", "--tagadd", "rev=new", "--yes")
    site.wait_for_log(" ready port=")
    assert site.served() == "new"
