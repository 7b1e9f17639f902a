# SPDX-License-Identifier: BSD-3-Clause
"""One attacker, a process of its own: `attacker.py NAME PORT SOCKET SEED`. It goes on until it is ended. Each attack is a
function and a row of ATTACKS (over TCP, by anybody) or GUESTS (through the API socket, by a local user); what it sends is
bounded, and what is left of a connection that was cut is made anew, so that it hurts as much at the end as at the start.

`python3 attacker.py once NAME ...` goes through it once and prints what came of it, for tests of a single bound."""

import base64
import contextlib
import fcntl
import json
import os
import random
import resource
import socket
import sys
import time

SOURCE = "127.0.0.66"  # not the address of honest nodes
STREAM_BYTES = 64 << 20  # sent into one connection at most
AT_ONCE = 200  # new connections in a round of an attack
PATIENCE = 5  # seconds for a single answer, which attackers do not care for


class Target:
    def __init__(self, port, path, seed):
        self.port = port
        self.path = path
        self.dice = random.Random(seed)

    def connect(self, receive_buffer=None, source=SOURCE):
        """Over TCP."""
        s = socket.socket()
        s.settimeout(PATIENCE)
        if receive_buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        s.bind((source, 0))
        s.connect(("127.0.0.1", self.port))
        return s

    def from_anywhere(self, receive_buffer=None):
        """As one of many machines."""
        return self.connect(receive_buffer, f"127.0.{self.dice.randrange(1, 40)}.66")

    def knock(self):
        """At the API socket."""
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(PATIENCE)
        s.connect(self.path)
        return s


def get(path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: h\r\n{more}\r\n".encode()


def post(path, body, length=None):
    size = len(body) if length is None else length
    return f"POST /wwd/v1/{path} HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n\r\n".encode() + body


def first_line(s):
    """Of the answer; empty if the connection was cut."""
    with contextlib.suppress(OSError):
        return s.recv(4096).split(b"\r\n")[0].decode("latin-1")
    return ""


def stream(s, head, piece):
    """Bytes without end, until nobody takes them."""
    with s, contextlib.suppress(OSError):
        s.sendall(head)
        for _ in range(STREAM_BYTES // len(piece)):
            s.sendall(piece)
        return first_line(s)
    return "cut"


class Crowd:
    """Connections that are kept as many as may be, each fed a byte at a time."""

    def __init__(self, connect, wanted, head=b"", crumb=b""):
        self.connect = connect
        self.wanted = wanted
        self.head = head
        self.crumb = crumb
        self.kept = []

    def fill(self):
        """As far as it gets in a round: who only knocks is at the door of a house, not in it."""
        for _ in range(min(AT_ONCE, self.wanted - len(self.kept))):
            try:
                s = self.connect()
                s.sendall(self.head)
                s.setblocking(False)
            except OSError:
                break
            self.kept.append(s)

    def feed(self):
        for s in list(self.kept):
            try:
                if self.crumb:
                    s.send(self.crumb)
                gone = s.recv(4096) == b""
            except BlockingIOError:
                continue
            except OSError:
                gone = True
            if gone:
                s.close()
                self.kept.remove(s)

    def gather(self):
        """A round; says how many there are."""
        self.fill()
        self.feed()
        return len(self.kept)


# ---- over TCP

CHUNKED = "Transfer-Encoding: chunked\r\n"


def chunk_extensions(target):
    return stream(target.connect(), get("/ipxe/", CHUNKED) + b"1;", b"x" * 65536)


def chunk_trailers(target):
    return stream(target.connect(), get("/ipxe/", CHUNKED) + b"0\r\n", b"A: b\r\n" * 10_000)


def endless_heads(target):
    return stream(target.connect(), b"GET / HTTP/1.1\r\n", b"A: b\r\n" * 10_000)


def endless_bodies(target):
    return stream(target.connect(), get("/ipxe/", f"Content-Length: {10**15}\r\n"), b"x" * 65536)


def pipelines(target):
    """Questions without end, and no look at an answer."""
    return stream(target.connect(receive_buffer=4096), b"", get("/status") * 500)


def names(target):
    """What is no hardware address would like to be a node."""
    word = target.dice.choice(["evil%0a%22", "%1b[31m", "..%2f..", "a" * 2000, "n000", "{{.Id}}", "%ff%fe", "02:00"])
    with target.connect() as s:
        s.sendall(get(f"/ipxe/?wwid={word}{target.dice.randrange(1000)}"))
        return first_line(s)


def nameless(target):
    """Who has no name is looked up among the neighbours."""
    with target.connect() as s:
        for _ in range(100):
            s.sendall(get("/ipxe/"))
            answer = first_line(s)
        return answer


def targets(target):
    path = target.dice.choice(["/files/pub%00.x", "/files/../../etc/passwd", "/" + "a" * 10_000, "/overlay/?name=%2e%2e", "//%"])
    with target.connect() as s:
        s.sendall(get(path))
        return first_line(s)


def ranges(target):
    """Of a body, in thousands of pieces."""
    many = ",".join(f"{i}-{i + 1}" for i in range(0, 6000, 3))[:30_000]
    with target.connect() as s:
        s.sendall(get("/image/02:00:5e:00:00:00", f"Range: bytes={many}\r\n"))
        return first_line(s)


# ---- at the doors of /api

GUEST = "Authorization: Basic " + base64.b64encode(b"eve:wheat-flour").decode() + "\r\n"  # who may look only


def wrong(word):
    return "Authorization: Basic " + base64.b64encode(f"ops:{word}".encode()).decode() + "\r\n"


def call(method, path, more="", body=b"", length=None):
    size = len(body) if length is None else length
    return f"{method} /api/{path} HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n{more}\r\n".encode() + body


def logins(target):
    """Guesses, each another one, from many addresses."""
    with target.from_anywhere() as s:
        for _ in range(5):
            s.sendall(call("GET", "nodes", wrong(target.dice.randrange(10**6))))
            answer = first_line(s)
        return answer


def same_login(target):
    """One guess, a crowd that waits for it."""
    guess = call("GET", "nodes", wrong(target.dice.randrange(10**6)))
    with contextlib.ExitStack() as all_of_them:
        crowd_of_it = []
        for _ in range(AT_ONCE):
            with contextlib.suppress(OSError):
                s = all_of_them.enter_context(target.from_anywhere())
                s.sendall(guess)
                crowd_of_it.append(s)
        return " ".join(sorted({first_line(s)[9:12] for s in crowd_of_it}))


def unknown_bodies(target):
    """Of somebody who has not said who it is."""
    return stream(target.connect(), call("PUT", "nodes/evil", length=1 << 24), b"x" * 65536)


def guest_bodies(target):
    """Of somebody who may look: each a byte at a time. They leave some calls for the attacks that follow."""
    return crowd("guest bodies", target.from_anywhere, 100, call("POST", "wwd/v1/names", GUEST, length=60000), b" ")


def guest_json(target):
    body = target.dice.choice([b"[" * 60000, b'{"names": ["n[0-9999999]"]}', b'{"a":' * 9000, b'{"kind": "' + b"\\u0000" * 9000 + b'"}', b"\xff" * 60000])
    with target.connect() as s:
        s.sendall(call("POST", target.dice.choice(["wwd/v1/names", "wwd/v1/history", "wwd/v1/node/table"]), GUEST, body))
        return first_line(s)


def guest_tables(target):
    """All nodes, again and again, and no look at them."""
    return stream(target.connect(receive_buffer=4096), b"", call("GET", "nodes", GUEST) * 50)


def event_streams(target):
    """As many as may be, none of them read."""

    def connect():
        return target.from_anywhere(receive_buffer=4096)

    return crowd("events", connect, 10_000, call("GET", "status/events", GUEST))


def call_heads(target):
    path = target.dice.choice(["a/" * 3000, "nodes?" + "a=b&" * 5000, "%2e%2e/%00", "nodes/" + "%ff" * 2000, "%61pi//..", "docs/../../etc"])
    with target.connect() as s:
        s.sendall(call("GET", path, GUEST + "If-Match: " + '"a",' * 5000 + "\r\n"))
        return first_line(s)


def noise(target):
    """A request with some bytes changed, but for those of the address: another one would be another node."""
    address = b"02:00:5e:00:00:00"
    request = bytearray(get("/ipxe/02:00:5e:00:00:00", f"{CHUNKED}Range: bytes=0-\r\n") + b"5\r\nhello\r\n0\r\n\r\n")
    kept = range(request.index(address) - 1, request.index(address) + len(address) + 1)
    for _ in range(target.dice.randrange(1, 9)):
        if (at := target.dice.randrange(len(request))) not in kept:
            request[at] = target.dice.randrange(256)
    with target.connect() as s:
        s.sendall(request)
        s.shutdown(socket.SHUT_WR)
        return first_line(s)


# Kept between the rounds of one attack.
_crowds = {}


def crowd(name, connect, wanted, head=b"", crumb=b""):
    return str(_crowds.setdefault(name, Crowd(connect, wanted, head, crumb)).gather())


def idle_connections(target):
    """All of them, of one peer."""
    return crowd("idle", target.connect, 2000)


def slow_heads(target):
    return crowd("heads", target.connect, 300, b"GET / HTTP/1.1\r\n", b"A")


def slow_bodies(target):
    return crowd("bodies", target.connect, 300, get("/ipxe/", "Content-Length: 60000\r\n"), b"x")


def deaf(target):
    """Asks for bodies and takes nothing of them."""
    s = target.connect(receive_buffer=4096)
    s.sendall(get("/image/02:00:5e:00:00:00"))
    kept = _crowds.setdefault("deaf", [])
    kept.append(s)
    if len(kept) > 200:
        kept.pop(0).close()
    return str(len(kept))


# name: (function, seconds between two rounds)
ATTACKS = {
    "chunk extensions": (chunk_extensions, 0.05),
    "chunk trailers": (chunk_trailers, 0.05),
    "endless heads": (endless_heads, 0.05),
    "endless bodies": (endless_bodies, 0.05),
    "slow heads": (slow_heads, 0.5),
    "slow bodies": (slow_bodies, 0.5),
    "idle connections": (idle_connections, 0.5),
    "deaf": (deaf, 0.05),
    "pipelines": (pipelines, 0.2),
    "names": (names, 0.02),
    "nameless": (nameless, 0.1),
    "targets": (targets, 0.02),
    "ranges": (ranges, 0.1),
    "noise": (noise, 0.02),
    "logins": (logins, 0.05),
    "same login": (same_login, 0.5),
    "unknown bodies": (unknown_bodies, 0.1),
    "guest bodies": (guest_bodies, 0.5),
    "guest json": (guest_json, 0.05),
    "guest tables": (guest_tables, 0.2),
    "event streams": (event_streams, 0.5),
    "call heads": (call_heads, 0.05),
}


# ---- through the API socket


def ask(target, path, body, length=None):
    with target.knock() as s:
        with contextlib.suppress(OSError):
            s.sendall(post(path, json.dumps(body).encode(), length))
        return first_line(s)


def names_by_the_million(target):
    return ask(target, "history", {"names": ["n[0-9999999]"]})


def names_of_zeros(target):
    return ask(target, "history", {"names": [f"n[{'0' * 1500}-1000000]"]})


def long_bodies(target):
    """Before anybody knows who asks."""
    with target.knock() as s:
        with contextlib.suppress(OSError):
            s.sendall(post("history", b"", length=1 << 28))
            for _ in range(1 << 6):
                s.sendall(bytes(1 << 16))
        return first_line(s)


def hoard(target):
    """All connections of the socket."""
    return crowd("hoard", target.knock, 200)


def unread_tables(target):
    """Large answers, not one of them read."""
    s = target.knock()
    body = json.dumps({"names": [], "form": "all"}).encode()
    with contextlib.suppress(OSError):
        s.sendall(post("node/table", body) * 8)
    kept = _crowds.setdefault("tables", [])
    kept.append(s)
    if len(kept) > 16:
        kept.pop(0).close()
    return str(len(kept))


def locks(target):
    """Every file that can be opened is locked and kept: one of them may be a lock of the daemon's. Says how many."""
    kept = _crowds.setdefault("locks", {})
    state = os.path.dirname(os.path.dirname(target.path))
    for folder, _, files in os.walk(os.path.dirname(state)):
        for name in files:
            path = f"{folder}/{name}"
            if path in kept:
                continue
            with contextlib.suppress(OSError):
                fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                kept[path] = fd
    return str(len(kept))


def other_peoples_jobs(target):
    number = target.dice.randrange(50)
    return ask(target, target.dice.choice(["job/cancel", "job/watch"]), {"job": number})


GUESTS = {
    "names by the million": (names_by_the_million, 0.05),
    "names of zeros": (names_of_zeros, 0.05),
    "long bodies": (long_bodies, 0.05),
    "hoard": (hoard, 0.5),
    "unread tables": (unread_tables, 0.1),
    "locks": (locks, 1),
    "other people's jobs": (other_peoples_jobs, 0.1),
}


def main(argv):
    once = argv[0] == "once"
    name, port, path, seed = argv[once:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    target = Target(int(port), path, seed)
    attack, pause = {**ATTACKS, **GUESTS}[name]
    if once:
        print(attack(target), flush=True)
        sys.stdin.read()  # what is kept is kept until nobody needs it
        return
    while True:
        with contextlib.suppress(OSError):
            attack(target)
        time.sleep(pause)


if __name__ == "__main__":
    main(sys.argv[1:])
