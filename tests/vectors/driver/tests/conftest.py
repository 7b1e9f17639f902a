# SPDX-License-Identifier: BSD-3-Clause
"""A folder of vectors and a folder of make-believe programs, and the driver run on the two."""

import json
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = os.path.dirname(HERE)
sys.path.insert(0, DRIVER)

# Prints what it is told, leaves things behind when asked to, and serves a file as a daemon.
FAKE_WWCTL = f"""#!/bin/sh
[ "$1" = --warewulfconf ] && conf=$2 && shift 2
case $1 in
    server) exec {sys.executable} {HERE}/fake_daemon.py "$conf" ;;
    say) shift; echo "$@"; echo "said it" >&2 ;;
    fail) exit "$2" ;;
    linger) sleep 300 > /dev/null 2>&1 & echo $! > "$2" ;;
    cover) mkdir -p over && mount --bind "$2" over && ls over ;;
esac
"""


class Result:
    def __init__(self, done):
        self.exit = done.returncode
        self.output = done.stdout
        self.error = done.stderr
        self.last = done.stdout.splitlines()[-1] if done.stdout else ""


class Driver:
    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.program("wwctl", FAKE_WWCTL)

    def program(self, name, text):
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def vectors(self, *vectors, group="cli/made"):
        path = self.folder / "vectors" / f"{group}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(vector) + "\n" for vector in vectors))
        return path

    def run(self, *arguments, differences=""):
        document = self.folder / "compatibility.md"
        document.write_text(differences)
        command = [sys.executable, DRIVER, "--bin", self.bin, "--differences", document, self.folder / "vectors"]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=100, check=False)
        return Result(done)

    def play(self, *steps, **fields):
        """One scenario of these steps, played."""
        self.vectors({"id": "made/one", "steps": list(steps), **fields})
        return self.run()


@pytest.fixture
def driver(tmp_path):
    return Driver(tmp_path)
