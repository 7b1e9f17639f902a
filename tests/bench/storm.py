# SPDX-License-Identifier: BSD-3-Clause
"""What 10,000 nodes that boot notice of everybody else: 200 wwctl and 200 clients of the REST interface that read and change
the site all the time. Whether those are answered rightly is tests/e2e/test_storm.py's question."""

import contextlib
import multiprocessing
import os
import statistics
import subprocess
import threading
import time

import clients
from rest import Api
from rows import Row, compared, quartiles
from servers import Idle, mac
from store import NODES

CROWD = 200  # of each kind
RATE = 1000  # nodes a second
PERCENTILE = 99
CHANGES = 4  # of so many requests, one is a change


def boot_all(port):
    """Milliseconds that all but one of a hundred nodes wait at most for their script, who come RATE a second unless they have to
    wait; each has a connection of its own."""
    waits = []
    for number in range(NODES):
        started = time.perf_counter()
        connection = clients.KeptConnection(port)
        connection.get(f"/ipxe/{mac(number)}")
        connection.close()
        waits.append(time.perf_counter() - started)
        time.sleep(max(1 / RATE - waits[-1], 0))
    return statistics.quantiles(waits, n=100)[PERCENTILE - 1] * 1e3


def halves():
    """Of the processors: for the nodes, and for everybody else. wwd may use all of them."""
    all_of_them = sorted(os.sched_getaffinity(0))
    middle = max(len(all_of_them) // 2, 1)
    return all_of_them[:middle], all_of_them[middle:] or all_of_them


@contextlib.contextmanager
def as_nodes():
    """On our half, where nobody is before us: nodes have processors of their own, and what one waits for is its answer. What is
    started meanwhile is not before anybody."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, halves()[0])
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, before)


class Storm:
    """Two crowds, in a process of their own on these processors, until the `with` block ends."""

    def __init__(self, server, processors):
        forked = multiprocessing.get_context("fork")
        self.server, self.processors = server, processors
        self.under_way, self.over, self.answered = forked.Event(), forked.Event(), forked.Value("i", 0)
        self.process = forked.Process(target=self._run, daemon=True)

    def __enter__(self):
        self.process.start()
        self.under_way.wait()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.process.join()
        if self.process.exitcode:
            clients.error("not everybody in the storm was answered")

    def _run(self):
        os.sched_setaffinity(0, self.processors)
        self.failed = []
        crowd = [threading.Thread(target=self._go_on, args=(each, i)) for each in (self._command, self._call) for i in range(CROWD)]
        for each in crowd:
            each.start()
        for each in crowd:
            each.join()
        if self.failed:
            raise self.failed[0]

    def _go_on(self, work, number):
        turn = number
        try:
            while not self.over.is_set():
                work(number, turn)
                turn += 1
                with self.answered.get_lock():
                    self.answered.value += 1
                    if self.answered.value == CROWD:
                        self.under_way.set()
        except Exception as error:  # of a thread: told at the end
            self.failed.append(error)
            self.under_way.set()

    def _command(self, number, turn):
        node = f"n{number:05}"
        change = ["node", "set", "--yes", "--comment", f"turn {turn}", node]
        words = ["node", "list", node] if turn % CHANGES else change
        config = self.server.path("etc/warewulf/warewulf.conf")
        subprocess.run([f"{self.server.bin}/wwctl", "--warewulfconf", config, *words], check=True, capture_output=True)

    def _call(self, number, turn):
        connection, path = self.server.connect(), f"/api/nodes/n{CROWD + number:05}"
        if turn % CHANGES:
            self.server.ask(connection, "GET", path)
        else:
            self.server.ask(connection, "PATCH", path, {"node": {"comment": f"turn {turn}"}})
        connection.close()


def storm(options):
    """The same boots with and without, in turns; and the same asked of a process that does nothing: how long that one waits for a
    processor is no server's doing."""
    theirs = halves()[1]
    answered, seconds = 0, 0.0
    with Api(options.bin, NODES) as server, Idle() as idle:
        server.start()
        with as_nodes():
            boot_all(server.port)  # warms
            beside, calm = {server: [], idle: []}, {server: [], idle: []}
            for _ in range(max(options.rounds // 2, 3)):
                for each in calm:
                    calm[each].append(boot_all(each.port))
                with Storm(server, theirs) as everybody:
                    before, started = everybody.answered.value, time.perf_counter()
                    for each in beside:
                        beside[each].append(boot_all(each.port))
                    answered += everybody.answered.value - before
                    seconds += time.perf_counter() - started
    # In the column of the other server: nobody but the nodes.
    what = f"{NODES} boots beside {CROWD} wwctl, {CROWD} REST: p{PERCENTILE}"
    yield compared(what, "ms", beside[server], calm[server], goal=1.25, at_least=False)
    yield quartiles(beside[server], calm[server])
    waits = [statistics.median(each[idle]) for each in (beside, calm)]
    yield Row("  (a process that does nothing)", *(f"{each:.2f} ms" for each in waits), f"{waits[0] / waits[1]:.2f}")
    yield Row("  (answers to the others meanwhile)", f"{answered / seconds:.0f} /s")
