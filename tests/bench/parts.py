# SPDX-License-Identifier: BSD-3-Clause
"""The measurements. Each yields rows: what, ours, theirs (or None), the goal, and whether it was met."""

import os
import statistics
import time

import clients
from archives import archives
from bulk import bulk
from images import images
from jobs import jobs
from overlays import overlays
from rest import rest
from rows import Row, compared, quartiles
from servers import Idle, Nginx, Wwd, mac
from stalls import stall_rows
from store import store
from storm import storm
from templates import templates


# Bytes, shared among the clients of a round: for 64 of them still 64 MiB each, so that it is bodies that are measured
# and not requests, and for one a second, of which a tick of the kernel's CPU accounts is a hundredth.
IMAGE = 4 << 30
BODY_ROUNDS = 11
MANY = 64


def serve_image(ours, theirs):
    """An image, the same file for both; a hole, which is pages in memory as soon as it is read."""
    with open(ours.image_path(), "wb") as f:
        f.truncate(IMAGE)
    os.link(ours.image_path(), theirs.www("big.img"))
    os.chmod(ours.image_path(), 0o644)
    ours.start()
    theirs.start()
    return {ours: f"/image/{mac(0)}", theirs: "/big.img"}


def body(options):
    """An image over loopback, by one client or shared among several."""
    with Wwd(options.bin, 10) as ours, Nginx() as theirs:
        paths = serve_image(ours, theirs)
        for count in (1, 8, MANY):
            speed, cpu = {ours: [], theirs: []}, {ours: [], theirs: []}
            for turn in range(BODY_ROUNDS + 1):
                # There and back, as in requests().
                for server, path in list(paths.items())[:: 1 if turn % 2 else -1]:
                    before = server.cpu_seconds()
                    seconds = clients.drink(server.port, path, count, IMAGE // count)
                    used = server.cpu_seconds() - before
                    if turn:  # the first one warms
                        speed[server].append(IMAGE / seconds / 1e9)
                        cpu[server].append(used / (IMAGE / 1e9))
            who = f"{count} client{'s' if count > 1 else ''}"
            yield compared(f"image, {who}: speed", "GB/s", speed[ours], speed[theirs], goal=1.0, at_least=True)
            yield quartiles(speed[ours], speed[theirs])
            yield compared(f"image, {who}: CPU", "s/GB", cpu[ours], cpu[theirs], goal=1.0, at_least=False)
            yield quartiles(cpu[ours], cpu[theirs])


def beside(options):
    """What a node that wants its boot script waits while others download, for nginx a small file, and how long an idle
    process waits for a CPU then: what no server can do better than."""
    with Wwd(options.bin, 10) as ours, Nginx() as theirs, Idle() as idle:
        paths = serve_image(ours, theirs)
        with open(theirs.www("script"), "w", encoding="utf-8") as f:
            f.write("x" * script_size(ours.port))
        asked = {ours: (ours, f"/ipxe/{mac(1)}"), theirs: (theirs, "/script"), idle: (ours, "/")}
        waits = {each: [] for each in asked}
        for turn in range(BODY_ROUNDS + 1):
            for each, (server, small) in list(asked.items())[:: 1 if turn % 2 else -1]:
                crowd = clients.Crowd(server.port, paths[server], MANY, IMAGE // MANY)
                with crowd, clients.Prober(each.port, small) as prober:
                    time.sleep(1)
                    waits[each].append(statistics.quantiles(prober.waits(), n=100)[98] * 1e3)
        for of_one in waits.values():
            del of_one[0]  # the first one warms
    what = f"/ipxe/ beside {MANY} downloads: 99 of 100 within"
    yield compared(what, "ms", waits[ours], waits[theirs], goal=1.25, at_least=False)
    yield quartiles(waits[ours], waits[theirs])
    yield Row("  (an idle process answers then)", f"{statistics.median(waits[idle]):.2f} ms")


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
    yield quartiles(rates[few], rates[theirs])
    yield compared("/ipxe/ per second, 10,000 nodes (and 10)", "/s", rates[many], rates[few], goal=0.9, at_least=True)
    yield quartiles(rates[many], rates[few])


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


PARTS = {
    "body": body,
    "beside": beside,
    "requests": requests,
    "reload": reload,
    "unknown": unknown,
    "store": store,
    "bulk": bulk,
    "jobs": jobs,
    "images": images,
    "templates": templates,
    "archives": archives,
    "overlays": overlays,
    "rest": rest,
    "storm": storm,
}
