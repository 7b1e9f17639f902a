# SPDX-License-Identifier: BSD-3-Clause
"""Many writers at once, and a reader that looks all the time."""

import os
import threading

import pytest
from store_site import conf, journal, wwctl

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
