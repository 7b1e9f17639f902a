# SPDX-License-Identifier: BSD-3-Clause
"""Nodes that boot all the time. Every request ends in a whole answer, a refusal or a cut connection that a trouble
explains, and in time."""

import collections
import http.client
import socket
import time

import bodies
from daemon import Reply
from scene import HOT_NODES, NODES, hwaddr

# Seconds for any answer. A process that is stopped or killed is away for up to fifteen (troubles.py), and the machine may
# be busy with other tests.
DEADLINE = 60

# What may end a connection without a (whole) answer.
CUTTING = {"kill main", "kill front", "stop front", "stop main"}

# What each refusal may come from. Where nodes.conf is broken, a daemon that starts knows nobody.
REFUSALS = {
    400: {"unknown nodes"},
    404: {"unknown nodes"},
    503: {"fill disk", "kill main", "kill front", "stop main", "stop front"},
}


class Load:
    """One kind of request in a thread of its own."""

    def __init__(self, scene, kind, pace):
        self.scene = scene
        self.kind = kind
        self.pace = pace
        self.check = KINDS[kind]
        self.counts = collections.Counter()

    def run(self, dice):
        while self.scene.pause(self.pace):
            self.ask(dice.randrange(dice.choice([HOT_NODES, NODES])), dice)

    def ask(self, number, dice):
        begin = time.monotonic()
        try:
            reply = self.request(f"/{self.kind}/{hwaddr(number)}", dice)
        except (OSError, http.client.HTTPException) as error:
            return self.failed(number, begin, error)
        end = time.monotonic()
        if end - begin > DEADLINE:
            self.fault(number, f"answered after {end - begin:.0f} s")
        if reply.status == 200:
            self.judge(number, reply, begin, end)
        elif self.scene.diary.explains(REFUSALS.get(reply.status, ()), begin, end):
            self.counts[f"{reply.status}"] += 1
        else:
            self.fault(number, f"status {reply.status} {reply.body[:200]!r}")
        return None

    def request(self, path, dice):
        """In one piece, or in two that have to fit together."""
        site = self.scene.site
        if dice.random() < 0.8:
            return get(site, path)
        first = get(site, path, {"Range": f"bytes=0-{dice.randrange(2000)}"})
        if first.status != 206:
            return first
        got = len(first.body)
        rest = get(site, path, {"Range": f"bytes={got}-", "If-Range": first.headers.get("etag", '"none"')})
        if rest.status == 206:
            rest.status, rest.body = 200, first.body + rest.body
        return rest

    def judge(self, number, reply, begin, end):
        if self.kind == "ipxe" and bodies.nobody(number, reply.body):
            if self.scene.diary.explains({"unknown nodes"}, begin, end):
                self.counts["nobody"] += 1
                return
        if wrong := self.check(self.scene.book, number, reply.body, begin, end):
            self.fault(number, wrong)
        self.counts["whole"] += 1

    def failed(self, number, begin, error):
        end = time.monotonic()
        if isinstance(error, TimeoutError) or end - begin > DEADLINE:
            self.fault(number, f"no answer within {end - begin:.0f} s: {error!r}")
        elif self.scene.diary.explains(CUTTING, begin, end):
            self.counts["cut"] += 1
            self.scene.pause(0.1)  # nobody listens
        else:
            self.fault(number, f"{error!r}")

    def fault(self, number, text):
        self.counts["wrong"] += 1
        self.scene.diary.fault(f"/{self.kind}/{hwaddr(number)}: {text}")


KINDS = {
    "ipxe": bodies.script,
    "system": bodies.system_overlay,
    "runtime": bodies.runtime_overlay,
    "image": bodies.image,
}


def get(site, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=DEADLINE)
    try:
        connection.request("GET", path, headers=headers or {})
        return Reply(connection.getresponse())
    finally:
        connection.close()


def hang(site, path, count):
    """Connections that ask for a large body and do not read it."""
    held = []
    for _ in range(count):
        s = socket.socket()
        held.append(s)
        s.settimeout(DEADLINE)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            s.connect(("127.0.0.1", site.port))
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        except OSError:
            break
    return held
