# SPDX-License-Identifier: BSD-3-Clause
"""The REST interface at 10,000 nodes, and what a command costs that has nearly nothing to do."""

import base64
import http.client
import json
import resource
import statistics
import time

import clients
from rows import Row
from servers import Wwd
from store import NODES, Prompt, repeated, within

USER, PASSWORD = "ops", "as-measured"
HASH = "$2b$10$N3RlEvV/ZWjDtEulEisHp.E2KF/90i.xxhKT57Tgb5ot3Y9EGfSGe"  # of a cost that is usual
LISTS = 10  # in a row: the kernel counts CPU time in hundredths of a second
SECONDS = 5


def authorization():
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Api(Wwd):
    """A wwd whose interface is on, with one user who may do everything."""

    def __init__(self, bin_folder, count):
        super().__init__(bin_folder, count)
        with open(self.path("etc/warewulf/warewulf.conf"), "a", encoding="utf-8") as f:
            f.write("api:\n  enabled: true\n")
        with open(self.path("etc/warewulf/auth.conf"), "w", encoding="utf-8") as f:
            f.write(f'users:\n  - name: {USER}\n    password hash: "{HASH}"\n')

    def ask(self, connection, method, path, body=None):
        """Seconds to the end of the answer, and that."""
        headers = {"Authorization": authorization(), "Content-Type": "application/json"}
        started = time.perf_counter()
        connection.request(method, path, body=json.dumps(body) if body else None, headers=headers)
        reply = connection.getresponse()
        answer = reply.read()
        took = time.perf_counter() - started
        if reply.status != 200:
            clients.error(f"{method} {path}: {reply.status} {answer[:200]!r}")
        return took, answer

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


def list_rows(server):
    """CPU time of the main process and of the front."""
    connection = server.connect()
    _, answer = server.ask(connection, "GET", "/api/nodes")
    if len(json.loads(answer)) != NODES:
        clients.error("not all nodes are listed")
    before = server.cpu_seconds()
    walls = [server.ask(connection, "GET", "/api/nodes")[0] for _ in range(LISTS)]
    each = (server.cpu_seconds() - before) / LISTS * 1e3
    connection.close()
    yield Row(f"GET /api/nodes of {NODES}: CPU", f"{each:.0f} ms", goal="<= 100 ms", met=each <= 100)
    yield Row(f"  (to its end, {len(answer) >> 10} KiB)", f"{statistics.median(walls) * 1e3:.0f} ms")


def change_rows(server, rounds):
    """One after the other, each another node: what a script waits for."""
    connection = server.connect()
    turn = iter(range(NODES))

    def change(method):
        number = next(turn)
        body = {"node": {"comment": f"{method} {number}", "profiles": ["default"]}}
        return server.ask(connection, method, f"/api/nodes/n{number:05}", body)[0]

    for method in ("PATCH", "PUT"):
        before = server.cpu_seconds()
        took = repeated(4 * rounds, lambda method=method: change(method))
        used = (server.cpu_seconds() - before) / (len(took) + 1)
        yield within(f"  {method} of one, end to end", took, 30)
        yield Row("  (CPU of it)", f"{used * 1e3:.1f} ms")
    connection.close()


def get_rows(server):
    paths = [f"/api/nodes/n{i * 7919 % NODES:05}" for i in range(NODES)]
    headers = [f"Authorization: {authorization()}"]
    clients.requests_per_second(server.port, paths, 1, headers=headers)  # warms
    before = server.cpu_seconds()
    rate = clients.requests_per_second(server.port, paths, SECONDS, headers=headers)
    per_core = rate * SECONDS / (server.cpu_seconds() - before)
    yield Row("  GET of one: in a second of one processor", f"{per_core:.0f} /s", goal=">= 1000 /s", met=per_core >= 1000)


def rest(options):
    """Lists, changes and single nodes over the network; then the least that wwctl does."""
    with Api(options.bin, NODES) as many:
        many.start()
        yield from list_rows(many)
        yield from change_rows(many, options.rounds)
        yield from get_rows(many)
    with Wwd(options.bin, 10) as few:
        few.start()
        prompt = Prompt(few)
        for words in (("--help",), ("node", "list")):
            before = children_seconds()
            took = repeated(10 * options.rounds, lambda words=words: prompt.time(*words)[0])
            used = (children_seconds() - before) / (len(took) + 1)
            yield within(f"wwctl {' '.join(words)}, 10 nodes", took, 20)
            yield Row("  (CPU of it)", f"{used * 1e3:.1f} ms")


def children_seconds():
    """CPU time of the programs that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
