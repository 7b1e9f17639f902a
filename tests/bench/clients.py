# SPDX-License-Identifier: BSD-3-Clause
"""Clients that cost as little as possible, so that the server is what is measured."""

import contextlib
import multiprocessing
import os
import re
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
def drink(port, path):
    """Fetches a body and throws it away inside the kernel. Returns bytes and seconds."""
    with socket.create_connection(("127.0.0.1", port), 60) as s:
        started = time.perf_counter()
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += s.recv(1, 0) or error(f"no reply to {path}")
        if not head.startswith(b"HTTP/1.1 200 "):
            error(f"{path}: {head!r}")
        place, total = bytearray(4 << 20), 0
        while got := s.recv_into(place, len(place), socket.MSG_TRUNC):
            total += got
        return total, time.perf_counter() - started


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


def requests_per_second(port, paths, seconds, connections=64):
    """wrk, going round the paths."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/paths", "w", encoding="utf-8") as f:
            f.write("".join(path + "\n" for path in paths))
        with open(f"{folder}/script.lua", "w", encoding="utf-8") as f:
            f.write(LUA.format(paths=f"{folder}/paths"))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{folder}/script.lua", f"http://127.0.0.1:{port}"]
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
