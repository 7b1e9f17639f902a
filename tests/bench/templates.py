# SPDX-License-Identifier: BSD-3-Clause
"""Renderings of three of our templates, beside Go's text/template on the same data if there is a Go."""

import os
import shutil
import subprocess
import tempfile

from rows import Row, compared

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMES = {"ipxe": "default iPXE script", "keyfile": "NetworkManager keyfile, 3 devices", "hosts": "/etc/hosts, 5,000 nodes"}
TRACED = "-traced"


def templates(options):
    """Time and allocations per rendering."""
    ours = renderings([f"{options.bin}/tmpl_bench", TOP])
    theirs = {}
    if shutil.which("go"):
        with tempfile.TemporaryDirectory() as scratch:
            program = f"{scratch}/templates"
            subprocess.run(["go", "build", "-o", program, f"{TOP}/tests/bench/templates.go"], check=True, cwd=scratch)
            theirs = renderings([program, TOP])
    for name, (seconds, allocations) in ours.items():
        if name.endswith(TRACED):
            times = seconds / ours[name.removesuffix(TRACED)][0]
            what = f"  {NAMES[name.removesuffix(TRACED)]}, with what it read"
            yield Row(what, f"{seconds * 1e6:.3g} us", goal=f"({times:.2f} x)")
            continue
        what = f"{NAMES[name]} ({allocations} allocations)"
        if name in theirs:
            yield compared(what, "/s", [1 / seconds], [1 / theirs[name][0]], goal=3, at_least=True)
        else:
            yield Row(what, f"{seconds * 1e6:.3g} us")


def renderings(argv):
    """What a program prints, NAME NANOSECONDS ALLOCATIONS BYTES, as {name: (seconds, allocations)}."""
    lines = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: (int(ns) / 1e9, int(allocations)) for name, ns, allocations, _ in map(str.split, lines)}
