# SPDX-License-Identifier: BSD-3-Clause
"""Overlay archives of 10,000 nodes with the default profile: what they take of processors, disk and memory, and a thousand
nodes that ask for stale ones at once."""

import http.client
import os
import select
import socket
import subprocess
import time

from rows import Row
from servers import Wwd, children, mac

NODES = 10_000
CLIENTS = 1_000
MIB = 1 << 20


def default_lists(server, settings):
    """Nodes as upstream's default profile has them."""
    path = server.path("etc/warewulf/nodes.conf")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    lists = ("    system overlay: [wwinit, wwclient, hosts, fstab, hostname, ssh.host_keys, issue, resolv, udev.netname, "
             "systemd.netname, ifcfg, ifupdown, NetworkManager, wicked, ignition]\n"
             "    runtime overlay: [hosts, ssh.authorized_keys, syncuser]\n")  # fmt: skip
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("    image name: big\n", f"    image name: big\n{lists}", 1))
    path = server.path("etc/warewulf/warewulf.conf")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(settings(text))


def other_address(server):
    """One node has another one."""
    path = server.path("etc/warewulf/nodes.conf")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    with open(f"{path}.new", "w", encoding="utf-8") as f:
        f.write(text.replace("ipaddr: 10.0.0.7\n", "ipaddr: 10.200.0.7\n"))
    os.rename(f"{path}.new", path)


def not_secure(text):
    """Clients of the bench have ports of all kinds."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("secure:")]
    lines.insert(lines.index("warewulf:") + 1, "  secure: false")
    return "\n".join(lines) + "\n"


def disk_bytes(server):
    """Of all that is below the site's state and what it provides."""
    total = 0
    for top in ("var/lib/warewulf/wwd", "var/lib/warewulf/provision"):
        for at, _, names in os.walk(server.path(top)):
            total += sum(os.lstat(f"{at}/{name}").st_blocks * 512 for name in names)
    return total


def cached_bytes(server):
    """Of those files, what is in the page cache."""
    total = 0
    for top in ("var/lib/warewulf/wwd/content", "var/lib/warewulf/provision"):
        files = [f"{at}/{name}" for at, _, names in os.walk(server.path(top)) for name in names]
        for begin in range(0, len(files), 500):
            done = subprocess.run(["fincore", "--bytes", "--noheadings", "--output", "RES", *files[begin : begin + 500]],
                                  capture_output=True, text=True, check=True)  # fmt: skip
            total += sum(int(word) for word in done.stdout.split())
    return total


def memory(server):
    """Bytes of both processes that nobody else has, with the memory files they hold."""
    total = 0
    for pid in [server.process.pid, *children(server.process.pid)]:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            total += sum(int(line.split()[1]) * 1024 for line in f if line.startswith("Pss:"))
    return total + shared_memory()


def settled(server):
    """The same, when nothing is given back any more of what work before took."""
    last = memory(server)
    while True:
        time.sleep(1)
        now = memory(server)
        if abs(now - last) < MIB:
            return now
        last = now


def shared_memory():
    with open("/proc/meminfo", encoding="ascii") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("Shmem:"))


def ask_one_by_one(server, method):
    """The system archive of every node. Seconds of CPU a node."""
    cpu = server.cpu_seconds()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for index in range(NODES):
        connection.request(method, f"/system/{mac(index)}?compress=gz")
        reply = connection.getresponse()
        size = int(reply.headers["content-length"]) if method == "GET" else 0
        if reply.status != 200 or len(reply.read()) != size:
            raise RuntimeError(f"node {index}: status {reply.status}")
    connection.close()
    return (server.cpu_seconds() - cpu) / NODES


def ask_all(port, paths, look):
    """Fetches all of them, each on a connection of its own, at once. Seconds until the last one has its body; the number
    that did not get a whole one with status 200; the largest figure that `look` gave meanwhile."""
    sockets = {}
    with select.epoll() as poll:
        for path in paths:
            client = socket.create_connection(("127.0.0.1", port), 60)
            poll.register(client, select.EPOLLIN)
            sockets[client.fileno()] = [client, path, b"", None]
        started = time.perf_counter()
        for client, path, _, _ in sockets.values():
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        failed, most, looked = 0, 0, 0.0
        while sockets:
            for fd, _ in poll.poll():
                state = sockets[fd]
                piece = state[0].recv(1 << 20)
                if piece:
                    take(state, piece)
                    continue
                failed += state[3] != 0
                state[0].close()
                del sockets[fd]
            if time.perf_counter() - looked > 0.05:
                most, looked = max(most, look()), time.perf_counter()
        return time.perf_counter() - started, failed, most


def take(state, piece):
    """Counts what is left of a body in the last field; its head is in the one before until it is complete."""
    if state[3] is None:
        state[2] += piece
        head, end, body = state[2].partition(b"\r\n\r\n")
        if not end:
            return
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), -1)
        state[3] = length - len(body) if head.startswith(b"HTTP/1.1 200 ") else -1
    else:
        state[3] -= len(piece)


def archives(options):
    with Wwd(options.bin, NODES) as server:
        default_lists(server, not_secure)
        server.start()
        before, cpu = disk_bytes(server), server.cpu_seconds()
        started = time.perf_counter()
        subprocess.run([f"{options.bin}/wwctl", "--warewulfconf", server.path("etc/warewulf/warewulf.conf"), "overlay", "build"],
                       check=True, capture_output=True)  # fmt: skip
        wall = time.perf_counter() - started
        each = (server.cpu_seconds() - cpu) / NODES * 1e3
        yield Row(f"overlay build, {NODES} nodes: CPU a node", f"{each:.2f} ms", goal="<= 2 ms", met=each <= 2)
        yield Row("  (seconds of the command)", f"{wall:.1f} s")
        disk = (disk_bytes(server) - before) / MIB
        yield Row("  disk afterwards", f"{disk:.1f} MiB", goal="<= 200 MiB", met=disk <= 200)

        each = ask_one_by_one(server, "HEAD") * 1e3
        yield Row(f"system overlays of {NODES} nodes asked for: CPU a node", f"{each:.2f} ms", goal="<= 2 ms", met=each <= 2)
        each = ask_one_by_one(server, "GET") * 1e3
        yield Row("  (and sent over loopback)", f"{each:.2f} ms")
        cached = (cached_bytes(server)) / MIB
        yield Row("  page cache of what they are made of", f"{cached:.1f} MiB", goal="<= 200 MiB", met=cached <= 200)
        yield Row("  memory of both processes", f"{memory(server) / MIB:.0f} MiB")

        # Stale, all of them: hosts is made of the addresses of all nodes.
        other_address(server)
        server.reload()
        at_rest, cpu = settled(server), server.cpu_seconds()
        paths = [f"/runtime/{mac(index)}?compress=gz" for index in range(CLIENTS)]
        seconds, failed, most = ask_all(server.port, paths, lambda: memory(server))
        grown = (most - at_rest) / MIB
        yield Row(f"{CLIENTS} clients, stale runtime overlays at once", f"{seconds:.2f} s", goal="none fails", met=failed == 0)
        yield Row("  memory for that", f"{grown:.0f} MiB", goal="<= 150 MiB", met=grown <= 150)
        yield Row("  CPU a client", f"{(server.cpu_seconds() - cpu) / CLIENTS * 1e3:.2f} ms")
