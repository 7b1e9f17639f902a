# SPDX-License-Identifier: BSD-3-Clause
"""What nodes notice of a reload."""

import statistics
import time

import clients
from rows import Row
from servers import mac


def stall_rows(what, server, rounds, change):
    """The longest wait for a boot script in each of several reloads, and how long waits get here without one.

    The median counts: on a machine that others use, any process is off the CPU for some milliseconds now and then.
    """
    took, stalls, calm = [], [], []
    with clients.Prober(server.port, f"/ipxe/{mac(1)}") as prober:
        for turn in range(rounds):
            change(turn)
            prober.waits()
            took.append(server.reload())
            stalls.append(max(prober.waits()) * 1e3)
            time.sleep(took[-1])
            calm.append(max(prober.waits()) * 1e3)
    longest = statistics.median(stalls)
    yield Row(f"{what}: longest wait of a client", f"{longest:.2f} ms", goal="<= 5 ms", met=longest <= 5)
    yield Row("  (in the worst of all rounds)", f"{max(stalls):.2f} ms")
    yield Row("  (without a reload; in the worst round)", f"{statistics.median(calm):.2f} ms; {max(calm):.2f} ms")
    yield Row("  (the reload itself)", f"{statistics.median(took) * 1e3:.0f} ms")
