# SPDX-License-Identifier: BSD-3-Clause
"""What docs/first-cluster.md has its reader type, and how it is typed."""

import os
import shlex

import page

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

with open(f"{PROJECT}/docs/first-cluster.md", encoding="utf-8") as text:
    PAGE = text.read()


def commands(heading):
    """The commands of a section."""
    return [line for block in page.blocks(PAGE, heading) for line in block]


def typed(head, lines):
    """What each line printed. Stops at the first that fails."""
    marked = "".join(f"printf '%s\\n' {shlex.quote(f'$ {line}')}\n{line}\n" for line in lines)
    done = head.run(f"cd /root/packages\n{marked}")
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    printed = {}
    for line in done.stdout.splitlines(keepends=True):
        if line.startswith("$ "):
            printed[line[2:-1]] = ""
        else:
            printed[list(printed)[-1]] += line
    return printed
