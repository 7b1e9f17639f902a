# SPDX-License-Identifier: BSD-3-Clause
"""Overlays of the default profile: first answers, and those after an edit and after a restart. In one process, without
sockets, so that it is the making that is measured."""

import os
import statistics
import subprocess

from rows import Row

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FEW, SOME, MANY = 1_000, 5_000, 10_000


def overlays(options):
    """CPU time."""
    figures = {count: measured(options, count) for count in (SOME, MANY)}
    # Short, and so at the mercy of whatever else the machine does.
    few = [measured(options, FEW)["first-answers"][0] for _ in range(options.rounds)]
    first = {FEW: statistics.median(few), MANY: figures[MANY]["first-answers"][0]}
    for count in (FEW, MANY):
        each = first[count] / count
        yield Row(f"first answers to {count} nodes, each", f"{each:.2f} ms", goal="<= 2 ms", met=each <= 2)
    growth = first[MANY] / first[FEW]
    yield Row(f"  {MANY} nodes against {FEW}", f"{growth:.1f} x", goal="<= 12 x", met=growth <= 12)
    kept, files = figures[MANY]["kept-KiB"]
    yield Row(f"  kept: {files} files", f"{kept / 1024:.0f} MiB")
    for name, what in (
        ("poll", "all runtime overlays asked for again"),
        ("after-comment", "after an edit of one node's comment, all asked"),
        ("after-address-rest", "after an edit of one address, all asked"),
        ("after-profile-tag", "after an edit of a profile's tag, all asked"),
        ("after-restart", "after a restart, all asked"),
    ):
        milliseconds, renders = figures[MANY][name]
        yield Row(f"{MANY} nodes: {what}", f"{milliseconds / MANY:.3f} ms each", goal=f"({renders} renders)")
    stale = figures[SOME]["after-address-64"][0]
    yield Row(f"64 stale runtime overlays at {SOME} nodes", f"{stale:.1f} ms", goal="<= 50 ms", met=stale <= 50)
    hosts = figures[MANY]["after-address-64"]
    yield Row(f"hosts over {MANY} nodes, for 64 of them", f"{hosts[0]:.1f} ms", goal="1 render", met=hosts[1] == 1)


def measured(options, count):
    """What overlay_bench prints, as {name: (milliseconds, renders)}."""
    argv = [f"{options.bin}/overlay_bench", TOP, str(count)]
    lines = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: (float(amount), int(number)) for name, amount, number in map(str.split, lines)}
