# SPDX-License-Identifier: BSD-3-Clause
"""The store at 10,000 nodes: what an administrator waits for at the prompt, and what nodes notice of an edit."""

import os
import statistics
import subprocess
import time

import clients
from rows import Row, spread
from servers import Wwd
from stalls import stall_rows

NODES = 10_000
FEWER = 1_000


def within(what, seconds, limit_ms):
    """A row for the median of some durations, with their quartiles."""
    middle = statistics.median(seconds) * 1e3
    between = f" ({spread([each * 1e3 for each in seconds], '.1f')})" if len(seconds) > 1 else ""
    return Row(what, f"{middle:.1f}{between} ms", goal=f"<= {limit_ms} ms", met=middle <= limit_ms)


class Prompt:
    """`wwctl` for one site, timed from start to end of the process."""

    def __init__(self, server):
        self.server = server
        self.turn = 0

    def time(self, *arguments):
        argv = [f"{self.server.bin}/wwctl", "--warewulfconf", self.server.path("etc/warewulf/warewulf.conf"), *arguments]
        started = time.perf_counter()
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        took = time.perf_counter() - started
        if done.returncode != 0:
            clients.error(f"{' '.join(arguments)}: {done.stderr}")
        return took, done.stdout

    def set_one(self):
        self.turn += 1
        return self.time("node", "set", "--yes", "--comment", f"turn {self.turn}", "n00007")[0]

    def list_one(self):
        took, out = self.time("node", "list", "n00007")
        if "n00007" not in out:
            clients.error("the node is not listed")
        return took

    def list_all(self, *flags):
        took, out = self.time("node", "list", *flags)
        if out.count("\n") < NODES:
            clients.error("not all nodes are listed")
        return took


def rewrite_seconds(path):
    """What writing the file anew costs by itself, synced as a commit does."""
    with open(path, "rb") as f:
        text = f.read()
    started = time.perf_counter()
    with open(f"{path}.bench", "wb") as f:
        f.write(text)
        f.flush()
        os.fsync(f.fileno())
    took = time.perf_counter() - started
    os.unlink(f"{path}.bench")
    return took


def repeated(rounds, measure):
    measure()  # warms
    return [measure() for _ in range(rounds)]


def hand_edit(server, turn):
    """One node's comment, as an editor saves it: a new file in place of the old one."""
    path = server.path("etc/warewulf/nodes.conf")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    head, _, tail = text.partition("  n00100:\n")
    with open(f"{path}.new", "w", encoding="utf-8") as f:
        f.write(f"{head}  n00100:\n    comment: hand {turn}\n{tail.removeprefix(f'    comment: hand {turn - 1}{chr(10)}')}")
    os.rename(f"{path}.new", path)


def store(options):
    """Edits and lists of one node and of all, with a daemon and without."""
    rounds = options.rounds
    costs = {}
    with Wwd(options.bin, FEWER) as few:
        few.start()
        prompt = Prompt(few)
        costs[FEWER] = statistics.median(repeated(2 * rounds, prompt.set_one))
        costs[FEWER] -= rewrite_seconds(few.path("etc/warewulf/nodes.conf"))
    with Wwd(options.bin, NODES) as many:
        prompt = Prompt(many)
        started = time.perf_counter()
        many.start()
        yield Row(f"{NODES} nodes: from start to listening", f"{(time.perf_counter() - started) * 1e3:.0f} ms")
        sets = repeated(2 * rounds, prompt.set_one)
        costs[NODES] = statistics.median(sets) - rewrite_seconds(many.path("etc/warewulf/nodes.conf"))
        yield within("  node set of one, end to end", sets, 50)
        yield within("  node list of one", repeated(2 * rounds, prompt.list_one), 30)
        yield within("  node list of all", repeated(rounds, prompt.list_all), 1000)
        yield within("  node list -a of all", repeated(rounds, lambda: prompt.list_all("-a")), 5000)
        yield from stall_rows("  reload of one edited node", many, 4 * rounds, lambda turn: hand_edit(many, turn))
        growth = costs[NODES] / costs[FEWER]
        yield Row(f"  node set against {FEWER} nodes, the rewrite aside", f"{growth:.2f} x", goal="< 2 x", met=growth < 2)
        many.process.stop()
        yield within("  without a daemon: node set of one", repeated(rounds, prompt.set_one), 250)
        yield within("  without a daemon: node list of one", repeated(rounds, prompt.list_one), 250)
