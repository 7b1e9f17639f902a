# SPDX-License-Identifier: BSD-3-Clause
"""Administrators with wwctl, each with nodes of his own, several at once. What wwctl says goes into the book."""

import json
import re
import subprocess
import time

from book import Edit, Outcome
from daemon import BIN
from load import DEADLINE
from scene import HAND_NODES, HOT_NODES, NODES, name

# wwctl lost the daemon before it had an answer: the edit happened, or not.
LOST = re.compile(
    r"closed the connection without an answer|the connection was closed too early|Connection re(set|fused)|Broken pipe"
)

# Why wwctl may refuse, and which trouble explains it.
REFUSALS = (
    # The others are SQLite's words: it needs room even to look into the journal.
    (re.compile(r"No space left on device|journal\.sqlite: (disk I/O error|database or disk is full)"), {"fill disk"}),
    (re.compile(r"nodes\.conf"), {"break by hand"}),
    (LOST, {"kill main", "stop main"}),
)


def wwctl(scene, *words):
    """A finished command."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            [f"{BIN}/wwctl", "--warewulfconf", scene.site.config, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        scene.diary.fault(f"wwctl {' '.join(words)}: no end after {2 * DEADLINE} s")
        return None
    if done.returncode and not explained(scene, done.stderr, began):
        scene.diary.fault(f"wwctl {' '.join(words)}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done


def explained(scene, text, began):
    now = time.monotonic()
    return any(pattern.search(text) and scene.diary.explains(by, began, now) for pattern, by in REFUSALS)


def outcome_of(done):
    if done is None:
        return Outcome.UNKNOWN
    if done.returncode == 0:
        return Outcome.DONE
    return Outcome.UNKNOWN if LOST.search(done.stderr) else Outcome.REFUSED


def record(scene, edit, done):
    """What a finished command, or none in time, means for its edit."""
    edit.recorded = done is None or "missing in the history" not in done.stdout + done.stderr
    scene.book.close(edit, outcome_of(done))


class Writer:
    def __init__(self, scene, number, of):
        self.scene = scene
        self.nodes = [name(n) for n in range(number, NODES - HAND_NODES, of)]
        self.hot = self.nodes[: HOT_NODES // of]

    def run(self, dice):
        while self.scene.pause(0.02):
            what = dice.choice([self.set_one, self.set_one, self.set_some, self.undo, self.look])
            with self.scene.gate.together():
                what(dice)

    def one(self, dice):
        return dice.choice(dice.choice([self.hot, self.nodes]))

    def set_one(self, dice):
        self.set([self.one(dice)])

    def set_some(self, dice):
        self.set(sorted(dice.sample(self.nodes, 5)))

    def set(self, nodes):
        book = self.scene.book
        value = book.next_value()
        edit = Edit(f"rev={value}", [book[node].begin(value) for node in nodes])
        record(self.scene, edit, wwctl(self.scene, "node", "set", ",".join(nodes), "--tagadd", f"rev={value}", "--yes"))

    def undo(self, dice):
        """Sets a value, and takes that back."""
        node = self.one(dice)
        before = self.scene.book[node].known()
        self.set([node])
        after = self.scene.book[node].known()
        if before is None or after in (None, before):
            return
        shown = wwctl(self.scene, "history", "--json", "--number", "1", node)
        if shown is None or shown.returncode:
            return
        revision = next(iter(json.loads(shown.stdout)["revisions"]), None)
        if revision and f"rev={after}" in revision["command"]:
            number = str(revision["revision"])
            edit = Edit(f"undo {number} --yes", [self.scene.book[node].begin(before)])
            record(self.scene, edit, wwctl(self.scene, "undo", number, "--yes"))

    def look(self, dice):
        node = self.one(dice)
        begin = time.monotonic()
        done = wwctl(self.scene, "node", "list", "--json", node)
        if done is not None and done.returncode == 0:
            found = json.loads(done.stdout)[node]["tags"]["rev"]
            allowed = self.scene.book[node].allowed(begin, time.monotonic())
            if found not in allowed:
                self.scene.diary.fault(f"wwctl node list: {node} is {found}, which it cannot be: only {allowed}")
