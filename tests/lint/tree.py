# SPDX-License-Identifier: BSD-3-Clause
"""The files the checks look at, and the form in which a check says what it found."""

import os
import subprocess
from dataclasses import dataclass

PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CPP = (".h", ".cc")


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


def git(*arguments, top=PROJECT):
    done = subprocess.run(["git", "-C", top, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else None


def all_files(top=PROJECT):
    """Every file of the project, relative to its top: what git knows or would add; without git, what is there."""
    listed = git("ls-files", "-co", "--exclude-standard", top=top)
    if listed is None:
        listed = []
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in ("build", ".git", "__pycache__")]
            listed += [os.path.relpath(os.path.join(folder, name), top) for name in names]
    return sorted(path for path in set(listed) if os.path.isfile(os.path.join(top, path)))


def changed_files(top=PROJECT):
    """What is not yet in the branch others see; where that is nothing (a fresh clone), what the last commit touched."""
    base = git("merge-base", "HEAD", "origin/HEAD", top=top)
    head = git("rev-parse", "HEAD", top=top)
    touched = set(git("status", "--porcelain=v1", "--no-renames", "-uall", top=top) or [])
    changed = {line[3:] for line in touched}
    if base and base != head:
        changed |= set(git("diff", "--name-only", base[0], "HEAD", top=top) or [])
    if not changed:
        changed = set(git("diff", "--name-only", "HEAD~1", "HEAD", top=top) or [])
    return [path for path in all_files(top) if path in changed]


def read(path, top=PROJECT):
    with open(os.path.join(top, path), encoding="utf-8", errors="replace") as f:
        return f.read()
