# SPDX-License-Identifier: BSD-3-Clause
"""Everybody at once: administrators at the prompt and programs over the network read and change a site of 10,000 nodes, all of
which boot meanwhile. Everybody is answered, no change is lost, and there is one history of them. How long nodes wait then is
what `./dev bench storm` measures."""

import contextlib
import getpass
import json
import multiprocessing
import re
import socket

import pytest
from daemon import PATIENCE
from rest_site import call, with_api
from store_site import conf, journal, must, wwctl
from test_store_concurrent import at_once

NODES = 10_000
CROWD = 200  # of each kind
WRITES = 4  # of so many, one changes something: a node of its own, the first node, or a new one

# What a sanitizer looks for at the end of a program is looked for in every other test.
CLIENT = {"ASAN_OPTIONS": "detect_leaks=0"}

BOOTERS = 4  # processes, each with its share of the nodes


def name(number):
    return f"n{number:05}"


def mac(number):
    return f"02:00:5e:00:{number >> 8:02x}:{number & 255:02x}"


def entry(number, more=""):
    return f"  {name(number)}:\n{more}    network devices:\n      default:\n        hwaddr: {mac(number)}\n"


@pytest.fixture
def large(site):
    site.write("etc/warewulf/nodes.conf", "# ours\nnodes:\n" + "".join(map(entry, range(NODES))) + "# the end\n")
    return with_api(site)


class Boots:
    """Nodes that ask for their boot script, each with a connection of its own, until the `with` block ends; each of them at
    least once."""

    def __init__(self, site):
        forked = multiprocessing.get_context("fork")
        self.port, self.over, self.pipes, self.processes = site.port, forked.Event(), [], []
        for share in range(BOOTERS):
            ours, theirs = forked.Pipe(duplex=False)
            self.pipes.append(ours)
            self.processes.append(forked.Process(target=self._boot, args=(share, theirs), daemon=True))

    def __enter__(self):
        for each in self.processes:
            each.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.booted, self.wrong = 0, []
        for pipe, process in zip(self.pipes, self.processes, strict=True):
            with contextlib.suppress(EOFError):  # it died, which the count tells
                booted, wrong = pipe.recv()
                self.booted += booted
                self.wrong += wrong
            process.join()

    def _boot(self, share, pipe):
        booted, wrong = 0, []
        mine = range(share, NODES, BOOTERS)
        while booted < len(mine) or not self.over.is_set():
            number = mine[booted % len(mine)]
            try:
                answer = self._script(number)
            except OSError as error:
                answer = repr(error)
            if answer != f"id={name(number)}\n":
                wrong.append((name(number), answer))
            booted += 1
        pipe.send((booted, wrong))

    def _script(self, number):
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as s:
            s.sendall(f"GET /ipxe/{mac(number)} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
            with s.makefile("rb") as answer:
                return answer.read().partition(b"\r\n\r\n")[2].decode()


OWN, SHARED, NEW = range(3)  # kinds of change, in turns
MADE = r"  (new-\S+):\n    comment: (\S+)\n"  # a new node, as nodes.conf has it


def writers(kind=None):
    """Those of a crowd who change something of that kind, or anything."""
    return [i for i in range(0, CROWD, WRITES) if kind in (None, kind_of(i))]


def kind_of(i):
    return i // WRITES % 3


def own_node(who, i):
    """Nobody else looks at it or changes it: odd ones for the prompt, even ones for the network."""
    return 2 * i + 1 + (who == "r")


def target(who, i):
    """What a writer changes."""
    return (name(own_node(who, i)), name(0), f"new-{who}{i}")[kind_of(i)]


def words(i):
    """The change of the i-th at the prompt."""
    what = {OWN: f"set --yes --comment w{i}", SHARED: f"set --yes --tagadd w{i}=x", NEW: f"add --comment w{i}"}[kind_of(i)]
    return ["node", *what.split(), target("w", i)]


def request(i):
    """That of the i-th over the network."""
    body = {"tags": {f"r{i}": "x"}} if kind_of(i) == SHARED else {"comment": f"r{i}"}
    return "PUT" if kind_of(i) == NEW else "PATCH", f"/api/nodes/{target('r', i)}", {"node": body}


class Prompt:
    """A crowd of administrators. Whoever changed a node sees it then."""

    def __init__(self, site):
        self.site = site

    def run(self, *argv):
        done = wwctl(self.site, *argv, env=CLIENT)
        assert done.returncode == 0, f"wwctl {' '.join(argv)}: {done.stdout}{done.stderr}"
        return done.stdout

    def one(self, i):
        node, kind = own_node("w", i), i % WRITES
        if kind == 0:
            self.run(*words(i))
            assert f"w{i}" in self.run("node", "list", "--yaml", target("w", i))
        elif kind == 1:
            assert name(node) in self.run("node", "list", name(node))
        elif kind == 2:
            assert f"hwaddr: {mac(node)}" in self.run("node", "list", "--yaml", name(node))
        else:
            assert "revisions" in json.loads(self.run("history", "--json", "-n", "5"))


class Network:
    """The same of programs."""

    def __init__(self, site):
        self.site = site

    def ask(self, method, path, body=None, user="ops"):
        answer = call(self.site, method, path, body, user=user)
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body[:500]!r}"
        return answer.json

    def one(self, i):
        node, kind, user = own_node("r", i), i % WRITES, ("ops", "ian", "eve")[i % 3]
        if kind == 0:
            self.ask(*request(i))
            assert f"r{i}" in str(self.ask("GET", f"/api/nodes/{target('r', i)}/raw"))
        elif i == 1:
            assert len(self.ask("GET", "/api/nodes", user=user)) >= NODES
        elif kind == 1:
            assert self.ask("GET", f"/api/nodes/{name(node)}", user=user)["network devices"]["default"]["hwaddr"] == mac(node)
        elif kind == 2:
            assert mac(node) in str(self.ask("GET", f"/api/nodes/{name(node)}/fields", user=user))
        else:
            assert self.ask("GET", "/api/profiles", user=user) == {}


def outcome(work, i):
    """Nothing, or what went wrong with it: told with that of the others."""
    try:
        work(i)
    except Exception as error:
        return repr(error)
    return None


def test_everybody_is_answered_and_no_change_is_lost(large):
    site = large.start()
    crowds = [Prompt(site).one, Network(site).one]
    with Boots(site) as boots:
        faults = at_once([lambda i=i, one=one: outcome(one, i) for i in range(CROWD) for one in crowds])
    assert [fault for fault in faults if fault] == []
    assert (boots.wrong, boots.booted >= NODES) == ([], True)
    check_file(site)
    check_history(site)


def check_file(site):
    """It is what it was, but for what they were told is done."""
    comments = {own_node(who, i): f"{who}{i}" for who in "wr" for i in writers(OWN)}
    text = conf(site)
    before, _, after = text.partition(entry(1, *comments_of(comments, 1)))
    assert before.startswith("# ours\nnodes:\n  n00000:\n")
    expected = "".join(entry(number, *comments_of(comments, number)) for number in range(2, NODES))
    assert after.startswith(expected)
    tags = json.loads(must(site, "node", "list", "--json", name(0)))[name(0)]["tags"]
    assert sorted(tags) == sorted(f"{who}{i}" for who in "wr" for i in writers(SHARED))
    rest = after.removeprefix(expected)
    made = re.findall(MADE, rest)
    assert sorted(made) == sorted((target(who, i), f"{who}{i}") for who in "wr" for i in writers(NEW))
    assert re.sub(MADE, "", rest) == "# the end\n"


def comments_of(comments, number):
    return [f"    comment: {comments[number]}\n"] if number in comments else []


def check_history(site):
    """Each change once, with its author; each begins with what the one before it left."""
    columns = "number, done, digest_before, digest_after, via, user, command, changed"
    rows = journal(site, f"SELECT {columns} FROM revision WHERE via != 'start' ORDER BY number")
    calls = [("rest", "ops", " ".join(request(i)[:2]), target("r", i)) for i in writers()]
    commands = [("socket", getpass.getuser(), " ".join(words(i)), target("w", i)) for i in writers()]
    assert sorted(row[4:] for row in rows) == sorted(calls + commands)
    assert all(row[1] for row in rows)
    numbers = [row[0] for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + len(rows)))
    assert [row[2] for row in rows[1:]] == [row[3] for row in rows[:-1]]
