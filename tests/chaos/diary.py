# SPDX-License-Identifier: BSD-3-Clause
"""What was done to the site, and when: what goes wrong elsewhere is excused by it or by nothing."""

import contextlib
import re
import threading
import time
from dataclasses import dataclass

# So many faults that differ only in names and numbers are kept; of the others, the number.
ALIKE = 3

# Seconds after the end of a trouble in which its consequences may still be seen.
GRACE = 2.0


@dataclass
class Entry:
    trouble: str
    begin: float
    end: float = float("inf")


class Diary:
    """Any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self._entries = []
        self._faults = []
        self._alike = {}

    @contextlib.contextmanager
    def trouble(self, name):
        entry = Entry(name, time.monotonic())
        with self._lock:
            self._entries.append(entry)
        try:
            yield
        finally:
            entry.end = time.monotonic()

    def explains(self, names, begin, end):
        """Whether one of these troubles went on, or had just ended, between the two times."""
        with self._lock:
            return any(e.trouble in names and e.begin <= end and begin <= e.end + GRACE for e in self._entries)

    def count(self, *names):
        with self._lock:
            return sum(e.trouble in names for e in self._entries)

    def counts(self):
        with self._lock:
            names = [e.trouble for e in self._entries]
        return {name: names.count(name) for name in sorted(set(names))}

    def fault(self, text):
        """Something that nothing excuses, and what was going on."""
        now = time.monotonic()
        with self._lock:
            around = [e.trouble for e in self._entries if e.begin <= now <= e.end + GRACE]
            kind = re.sub(r"[0-9a-f:]*[0-9][0-9a-f:]*", "#", text)
            self._alike[kind] = self._alike.get(kind, 0) + 1
            if self._alike[kind] <= ALIKE:
                self._faults.append(f"{text}  [at {now - self.begun:.1f} s, during: {', '.join(around) or 'nothing'}]")

    def start(self):
        self.begun = time.monotonic()

    @property
    def faults(self):
        with self._lock:
            more = [f"{n - ALIKE} more like {kind[:100]}" for kind, n in self._alike.items() if n > ALIKE]
            return self._faults + more
