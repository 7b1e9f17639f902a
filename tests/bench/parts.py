# SPDX-License-Identifier: BSD-3-Clause
"""The measurements. Each yields rows: what, ours, theirs (or None), the goal, and whether it was met."""

import os
import statistics

import clients
from jobs import jobs
from rows import Row, compared
from servers import Nginx, Wwd, mac
from stalls import stall_rows
from store import store
from templates import templates


def body(options):
    """An image of 1 GiB over loopback."""
    size = 1 << 30
    with Wwd(options.bin, 10) as ours, Nginx() as theirs:
        with open(ours.image_path(), "wb") as f:
            block = os.urandom(1 << 20)
            for _ in range(size >> 20):
                f.write(block)
        os.link(ours.image_path(), theirs.www("big.img"))
        os.chmod(ours.image_path(), 0o644)
        ours.start()
        theirs.start()
        speed, cpu = {ours: [], theirs: []}, {ours: [], theirs: []}
        for turn in range(5 * options.rounds + 1):
            for server, path in ((ours, f"/image/{mac(0)}"), (theirs, "/big.img")):
                before = server.cpu_seconds()
                got, seconds = clients.drink(server.port, path)
                used = server.cpu_seconds() - before
                if got != size:
                    clients.error(f"{server.name} sent {got} bytes")
                if turn:  # the first one warms
                    speed[server].append(size / seconds / 1e9)
                    cpu[server].append(used / (size / 1e9))
    yield compared("image of 1 GiB, speed", "GB/s", speed[ours], speed[theirs], goal=0.95, at_least=True)
    yield compared("image of 1 GiB, CPU", "s/GB", cpu[ours], cpu[theirs], goal=1.05, at_least=False)


def requests(options):
    """Boot scripts per second, against a static file of the same size."""
    with Wwd(options.bin, 10) as few, Wwd(options.bin, 10000) as many, Nginx() as theirs:
        few.start()
        many.start()
        size = script_size(few.port)
        with open(theirs.www("script"), "w", encoding="utf-8") as f:
            f.write("x" * size)
        theirs.start()
        paths = {
            few: [f"/ipxe/{mac(i % 10)}" for i in range(10000)],
            many: [f"/ipxe/{mac(i * 7919 % 10000)}" for i in range(10000)],
            theirs: [f"/script?{mac(i % 10)}" for i in range(10000)],
        }
        rates = {server: [] for server in paths}
        for turn in range(6 * options.rounds + 1):
            # There and back: who comes later in a turn meets another machine than who comes first.
            for server, asked in list(paths.items())[:: 1 if turn % 2 else -1]:
                rate = clients.requests_per_second(server.port, asked, 1)
                if turn:  # the first one warms
                    rates[server].append(rate)
    yield compared(f"/ipxe/ ({size} bytes) per second, 10 nodes", "/s", rates[few], rates[theirs], goal=0.5, at_least=True)
    yield compared("/ipxe/ per second, 10,000 nodes (and 10)", "/s", rates[many], rates[few], goal=0.9, at_least=True)


def script_size(port):
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/ipxe/{mac(0)}")
    return len(connection.getresponse().read())


NODES_TO_RELOAD = 5000


def reload(options):
    """What nodes notice while all of nodes.conf is read anew."""
    with Wwd(options.bin, NODES_TO_RELOAD) as ours:
        ours.start()
        yield from stall_rows(
            f"reload of {NODES_TO_RELOAD} nodes",
            ours,
            4 * options.rounds,
            lambda turn: ours.write_nodes(NODES_TO_RELOAD, comment=f"round {turn}"),
        )


def unknown(options):
    """An address that nobody knows."""
    with Wwd(options.bin, NODES_TO_RELOAD) as ours:
        ours.start()
        connection = clients.KeptConnection(ours.port)
        waits = [connection.get(f"/ipxe/02:ff:ff:ff:{i >> 8:02x}:{i & 255:02x}") * 1e3 for i in range(1000)]
        connection.close()
    ninety_nine = sorted(waits)[989]
    yield Row("unknown address, 5000 nodes: 99 of 100 within", f"{ninety_nine:.2f} ms", goal="<= 2 ms", met=ninety_nine <= 2)
    yield Row("  (half of them within)", f"{statistics.median(waits):.2f} ms")


PARTS = {"body": body, "requests": requests, "reload": reload, "unknown": unknown, "store": store, "jobs": jobs, "templates": templates}
