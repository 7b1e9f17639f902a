# SPDX-License-Identifier: BSD-3-Clause
"""Clients that cost as little as possible, so that the server is what is measured."""

import contextlib
import multiprocessing
import os
import re
import select
import socket
import subprocess
import tempfile
import time


@contextlib.contextmanager
def on_one_cpu():
    """Whether client and server share a CPU changes a loopback's speed threefold; this one at least stays where it is."""
    all_cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_cpus)})
    yield
    os.sched_setaffinity(0, all_cpus)


@on_one_cpu()
def drink(port, path, count, size):
    """Fetches the first `size` bytes of a body over each of `count` connections at once, and throws them away inside the
    kernel. Returns seconds."""
    drinkers = [Drinker(port, path, size) for _ in range(count)]
    started = time.perf_counter()
    with select.epoll() as poll:
        by_fd = {drinker.start(poll): drinker for drinker in drinkers}
        while by_fd:
            for fd, _ in poll.poll():
                if by_fd[fd].drink():
                    by_fd.pop(fd).socket.close()
    return time.perf_counter() - started


class Drinker:
    place = bytearray(4 << 20)

    def __init__(self, port, path, size):
        self.path, self.size = path, size
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.left = 0

    def start(self, poll=None):
        """Asks, and reads the head of the reply. The descriptor."""
        request = f"GET {self.path} HTTP/1.1\r\nHost: h\r\nRange: bytes=0-{self.size - 1}\r\n\r\n"
        self.socket.setblocking(True)
        self.socket.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1) or error(f"no reply to {self.path}")
        if not head.startswith(b"HTTP/1.1 206 "):
            error(f"{self.path}: {head!r}")
        self.left = self.size
        self.socket.setblocking(False)
        if poll:
            poll.register(self.socket, select.EPOLLIN)
        return self.socket.fileno()

    def drink(self):
        """What there is; true at the end of the body."""
        got = self.socket.recv_into(self.place, min(len(self.place), self.left), socket.MSG_TRUNC)
        self.left -= got or error(f"{self.path} was cut short")
        return self.left == 0


class Crowd:
    """So many downloads going on all the time, in a process of their own; they end with the `with` block."""

    def __init__(self, port, path, count, size):
        self.process = multiprocessing.get_context("fork").Process(
            target=drink_on, args=(port, path, count, size), daemon=True
        )

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()


def drink_on(port, path, count, size):
    with select.epoll() as poll:
        drinkers = [Drinker(port, path, size) for _ in range(count)]
        by_fd = {drinker.start(poll): drinker for drinker in drinkers}
        while True:
            for fd, _ in poll.poll():
                if by_fd[fd].drink():
                    by_fd[fd].start()


def error(text):
    raise RuntimeError(text)


LUA = """\
local paths, at = {{}}, 0
-- Not before init(): wrk knows the Host header only then, and HTTP/1.1 wants one.
function init()
  for line in io.lines("{paths}") do paths[#paths + 1] = wrk.format("GET", line) end
end
function request() at = at % #paths + 1; return paths[at] end
"""


def requests_per_second(port, paths, seconds, connections=64, headers=()):
    """wrk, going round the paths."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/paths", "w", encoding="utf-8") as f:
            f.write("".join(path + "\n" for path in paths))
        with open(f"{folder}/script.lua", "w", encoding="utf-8") as f:
            f.write(LUA.format(paths=f"{folder}/paths"))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{folder}/script.lua"]
        command += [word for header in headers for word in ("-H", header)] + [f"http://127.0.0.1:{port}"]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        error(out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


class KeptConnection:
    """One connection, one request after the other."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path):
        """Seconds until the whole reply was there."""
        started = time.perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        data = self.socket.recv(65536)
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
        while len(body) < length:
            body += self.socket.recv(65536)
        return time.perf_counter() - started

    def close(self):
        self.socket.close()


class Prober:
    """Asks a few hundred times per second and remembers how long each answer took; ends with the `with` block.

    A process of its own: a thread would wait for Python's lock whenever the measuring side computes, up to 5 ms.
    """

    def __init__(self, port, path):
        forked = multiprocessing.get_context("fork")
        self.pipe, theirs = forked.Pipe()
        self.process = forked.Process(target=probe, args=(port, path, theirs), daemon=True)

    def waits(self):
        """Those since it was asked last, in seconds; one at least."""
        self.pipe.send(True)
        return self.pipe.recv()

    def __enter__(self):
        self.process.start()
        self.waits()
        return self

    def __exit__(self, *_):
        self.pipe.send(False)
        self.process.join()


def probe(port, path, parent):
    connection, waits = KeptConnection(port), []
    goes_on = True
    while goes_on:
        waits.append(connection.get(path))
        if parent.poll(0.002):
            goes_on = parent.recv()
            parent.send(waits)
            waits = []
    connection.close()
