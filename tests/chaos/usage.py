# SPDX-License-Identifier: BSD-3-Clause
"""Memory and descriptors of the two processes, in a quiet moment."""

import os
from dataclasses import dataclass

from daemon import wait_for

# More than this after the same load is a leak. Memory: caches of what is asked for at random differ, and the allocator
# keeps what it had. Descriptors: a connection may still linger.
MORE_MEMORY, MORE_MEMORY_MIB = 1.25, 48
MORE_DESCRIPTORS = 4


@dataclass
class Usage:
    memory: int  # bytes, both processes
    main: int  # descriptors
    front: int

    def no_more_than(self, before):
        return (
            self.memory <= before.memory * MORE_MEMORY + (MORE_MEMORY_MIB << 20)
            and self.main <= before.main + MORE_DESCRIPTORS
            and self.front <= before.front + MORE_DESCRIPTORS
        )

    def __str__(self):
        return f"{self.memory >> 20} MiB, {self.main} + {self.front} descriptors"


def of(site):
    """None while one of them is just starting or ending."""
    try:
        pids = (site.wwd.pid, site.front)
        memory = sum(resident(pid) for pid in pids)
        return Usage(memory, *(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids))
    except (FileNotFoundError, ProcessLookupError, LookupError):
        return None


def returns_to(before, site):
    """Whether it does, within the time in which the last connections end."""
    try:
        return wait_for(lambda: (now := of(site)) and now.no_more_than(before), "what was in use before")
    except AssertionError:
        return False


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        fields = dict(line.split(":", 1) for line in f)
    return int(fields["VmRSS"].split()[0]) << 10
