# SPDX-License-Identifier: BSD-3-Clause
"""The book of edits: which values were written, when, and what the writer was told. A value that is read must be one that
some order of the writes could have left there: nothing that was acknowledged is lost, nothing that was refused is seen."""

import threading
import time
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the writer lost its connection: it happened, or not, before the writer ended


@dataclass
class Write:
    value: str
    begin: float
    end: float = float("inf")
    outcome: Outcome = Outcome.PENDING

    def close(self, outcome):
        self.outcome = outcome
        self.end = time.monotonic()

    def overwritten_before(self, moment, writes):
        return any(w.outcome is Outcome.DONE and w.begin > self.end and w.end < moment for w in writes)


class Register:
    """A place that holds one value, such as a tag of a node. It has one writer at a time and any number of readers."""

    def __init__(self, value):
        self._lock = threading.Lock()
        self._writes = [Write(value, 0, 0, Outcome.DONE)]

    def begin(self, value):
        write = Write(value, time.monotonic())
        with self._lock:
            # What was overwritten long ago is not looked at again.
            settled = write.begin - 300
            self._writes = [w for w in self._writes if not w.overwritten_before(settled, self._writes)]
            self._writes.append(write)
        return write

    def allowed(self, begin, end):
        """The values that may be read by who asked between the two times."""
        with self._lock:
            writes = [w for w in self._writes if w.begin < end and w.outcome is not Outcome.REFUSED]
        return [w.value for w in writes if not w.overwritten_before(begin, writes)]

    def known(self):
        """The value, if it is certain."""
        values = set(self.allowed(time.monotonic(), time.monotonic()))
        return values.pop() if len(values) == 1 else None


@dataclass
class Edit:
    """Something that changes registers. `text`: what is found in its row of the history and in no other; empty where that
    cannot be told."""

    text: str
    writes: list
    recorded: bool = True

    def close(self, outcome):
        for write in self.writes:
            write.close(outcome)


class Book:
    """Registers by name, and every edit that was acknowledged, in the order of the answers."""

    def __init__(self):
        self._lock = threading.Lock()
        self._number = 0
        self._registers = {}
        self._done = []
        self.outcomes = {outcome: 0 for outcome in Outcome}

    def add(self, name, value):
        self._registers[name] = Register(value)

    def __getitem__(self, name):
        return self._registers[name]

    def names(self):
        return list(self._registers)

    def next_number(self):
        """One that was never written anywhere."""
        with self._lock:
            self._number += 1
            return self._number

    def next_value(self):
        """The same as a word that is part of no other."""
        return f"v{self.next_number()}z"

    def close(self, edit, outcome):
        edit.close(outcome)
        with self._lock:
            self.outcomes[outcome] += 1
            if outcome is Outcome.DONE:
                self._done.append(edit)

    def acknowledged(self):
        with self._lock:
            return list(self._done)
