# SPDX-License-Identifier: BSD-3-Clause
"""Commands that change all of 10,000 nodes: how long they take, and what they leave in memory and on disk."""

import os
import time

import clients
from rows import Row
from servers import Wwd, mac
from store import NODES, Prompt, within

ALL = f"n[00000-{NODES - 1:05}]"
MIB = 1 << 20


def resident(server):
    """Bytes of the daemon itself, without its front."""
    with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def journal_bytes(server):
    folder = server.path("var/lib/warewulf/wwd")
    return sum(os.path.getsize(f"{folder}/{name}") for name in os.listdir(folder) if name.startswith("journal.sqlite") and not name.endswith("-shm"))


class Bulk:
    """The commands, each changing something at every node."""

    def __init__(self, server, prompt):
        self.server = server
        self.prompt = prompt
        self.turn = 0

    def run(self, *arguments):
        self.turn += 1
        return self.prompt.time(*arguments)[0]

    def set_all(self):
        return self.run("node", "set", "--yes", "--all", "--tagadd", f"rack=d{self.turn}")

    def write(self, text):
        path = self.server.path("bulk.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def exported(self):
        return self.prompt.time("node", "export", ALL)[1]

    def import_all(self):
        text = self.exported().replace("    tags:\n", f"    comment: import {self.turn}\n    tags:\n")
        return self.run("node", "import", "--yes", self.write(text))

    def apply(self):
        path = self.write("nodes:\n" + "".join(f"  n{i:05}: {{comment: turn {self.turn}}}\n" for i in range(NODES)))
        return self.run("apply", "--yes", path)

    def delete_all(self):
        return self.run("node", "delete", "--yes", ALL)


def bulk(options):
    """Fifteen commands, one after the other: twelve by themselves, and three more beside a client that asks for boot
    scripts without a pause, which takes a processor of its own."""
    with Wwd(options.bin, NODES) as server:
        server.start()
        prompt = Prompt(server)
        prompt.time("node", "list", "n00007")
        at_start = resident(server)
        work = Bulk(server, prompt)
        work.set_all()
        before = journal_bytes(server)
        commands = {"set --all": work.set_all, "apply": work.apply, "import": work.import_all}
        times = {name: [] for name in commands}
        for _ in range(4):
            for name, command in commands.items():
                times[name].append(command())
        each = (journal_bytes(server) - before) / 12
        kept = work.exported()
        times["delete"] = [work.delete_all()]
        times["import of new nodes"] = [work.run("node", "import", "--yes", work.write(kept))]
        with clients.Prober(server.port, f"/ipxe/{mac(1)}") as prober:
            beside = {name: command() for name, command in commands.items()}
            longest = max(prober.waits())
        for name, seconds in times.items():
            yield within(f"{NODES} nodes: {name}", seconds, 1000)
        for name, seconds in beside.items():
            yield Row(f"  {name} beside boot scripts", f"{seconds * 1e3:.0f} ms")
        yield Row("  longest wait of a boot script meanwhile", f"{longest * 1e3:.2f} ms")
        yield Row("  journal: bytes of such an edit", f"{each / MIB:.2f} MiB", goal="<= 1 MiB", met=each <= MIB)
        time.sleep(1)  # what is measured is the state after a second
        after = resident(server)
        started = time.perf_counter()
        shown = prompt.time("history", "--long", "-n", "0")[1]
        took = time.perf_counter() - started
        yield within(f"  history --long of all ({len(shown) / MIB:.1f} MiB)", [took], 1000)
        server.process.stop()
        server.start()
        prompt.time("node", "list", "n00007")
        fresh = resident(server)
        ratio = after / fresh
        yield Row("  memory a second after, against a restart", f"{after / MIB:.0f} MiB", f"{fresh / MIB:.0f} MiB", f"{ratio:.2f}", "<= 2.5 x", ratio <= 2.5)
        yield Row("  (at the start, without these tags)", f"{at_start / MIB:.0f} MiB")
