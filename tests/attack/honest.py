# SPDX-License-Identifier: BSD-3-Clause
"""Those who are meant to be served: nodes that boot, a script that looks at the status, and administrators. Each asks
again and again, and writes down how long it took; who is refused, or waits too long, is a fault."""

import os
import subprocess
import time

from daemon import BIN
from ground import IMAGE_BYTES, NODES, hwaddr, name
from lab import newc
from rest_site import login

# Seconds that nobody waits longer than, on a machine of two cores that is the attackers', too, with a wwd that a sanitizer
# slows down. What the attacks took before there were bounds: 8 to 300 s, or for ever.
BOUND = 30


class Honest:
    """`ask(dice)` says what is wrong with the answer, or nothing; troubles of these names excuse it."""

    def __init__(self, ground, who, ask, pace, excuses=()):
        self.ground = ground
        self.who = who
        self.ask = ask
        self.pace = pace
        self.excuses = excuses
        self.waits = []

    def run(self):
        dice = self.ground.dice(self.who)
        while self.ground.pause(self.pace):
            self.once(dice)

    def once(self, dice):
        began = time.monotonic()
        try:
            wrong = self.ask(dice)
        except (OSError, subprocess.TimeoutExpired) as error:
            wrong = repr(error)
        ended = time.monotonic()
        if wrong is None and ended - began > BOUND:
            wrong = f"waited {ended - began:.0f} s"
        if wrong is None:
            self.waits.append(ended - began)
        elif not self.ground.diary.explains(self.excuses, began, ended):
            self.ground.diary.fault(f"{self.who}: {wrong}")

    def __str__(self):
        waits = sorted(self.waits) or [0]
        return f"{self.who}: {len(self.waits)}, median {waits[len(waits) // 2] * 1000:.0f} ms, longest {waits[-1]:.2f} s"


def everybody(ground):
    site = ground.site

    def get(path, dice, right):
        number = dice.randrange(NODES)
        reply = site.get(f"/{path}/{hwaddr(number)}")
        return None if reply.status == 200 and right(number, reply.body) else f"/{path}: {reply.status} {reply.body[:100]!r}"

    def script(dice):
        return get("ipxe", dice, lambda number, body: body == f"id={name(number)}\n".encode())

    def overlay(dice):
        def right(number, body):
            return any(entry.data == f"{name(number)}\n".encode() for entry in newc.unpack(body))

        return get("system", dice, right)

    def image(dice):
        return get("image", dice, lambda _, body: len(body) > IMAGE_BYTES)

    def status(_):
        reply = site.get("/status")
        return None if reply.status == 200 else f"/status: {reply.status}"

    def portal(dice):
        """An administrator's program, over the network."""
        node = name(dice.randrange(NODES))
        reply = site.get(f"/api/nodes/{node}/raw", headers=login("ops"))
        return None if reply.status == 200 and b"hwaddr" in reply.body else f"/api/nodes/{node}: {reply.status} {reply.body[:100]!r}"

    def wwctl(*words):
        command = [f"{BIN}/wwctl", "--warewulfconf", site.config, *words]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=2 * BOUND, check=False
        )
        return (None, done.stdout) if done.returncode == 0 else (f"wwctl {' '.join(words)}: {done.stdout}{done.stderr}", "")

    def change(dice):
        number, value = dice.randrange(NODES), f"v{dice.randrange(10**9)}"
        wrong, _ = wwctl("node", "set", "--yes", "--tagadd", f"rev={value}", name(number))
        if wrong:
            return wrong
        wrong, listed = wwctl("node", "list", "--yaml", name(number))
        return wrong or (None if value in listed else f"{name(number)} has not the tag it was given")

    def history(_):
        return wwctl("history", "--number", "5")[0]

    front, conf = ("front stands still",), ("nodes.conf is a pipe",)
    return [
        Honest(ground, "boot scripts", script, 0.01, front),
        Honest(ground, "overlays", overlay, 0.05, front),
        Honest(ground, "images", image, 0.3, front),
        Honest(ground, "status", status, 1, front),
        Honest(ground, "portal", portal, 0.2, front + conf),
        Honest(ground, "changes", change, 0.3, conf),
        Honest(ground, "history", history, 0.5),
    ]


def as_guest(argv):
    """The command, as a user who may change nothing."""
    if os.geteuid() != 0:
        return argv
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *argv]
