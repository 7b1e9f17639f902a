# SPDX-License-Identifier: BSD-3-Clause
"""Template and YAML vectors: they go line by line through a program of ours that answers line by line.

`tmpl_vectors` and `yaml_vectors` read vectors on standard input and write {"id", "out"|"tree"|"err"} for each.
A program that dies or hangs fails the vector it was busy with; the others go to a fresh one.
"""

import json
import os
import re
import select
import subprocess
from dataclasses import dataclass

import compare

NAMES = {"tmpl": "tmpl_vectors", "yaml": "yaml_vectors"}
ANSWER_SECONDS = 30
TEMPLATE_PLACE = re.compile(r"^template: [^:]*:\d+:(?:\d+:)?")
TEMPLATE_ACTION = re.compile(r'executing ".*?" at <.*?>(?=: )', re.DOTALL)
YAML_LINE = re.compile(r"\bline (\d+)")


@dataclass(frozen=True)
class Programs:
    bin: str  # folder with wwctl, wwd, tmpl_vectors, ...
    project: str  # source tree whose stock overlays and templates are installed

    def missing(self, kind):
        """The path of the program a kind of vector needs, if it is not there."""
        path = f"{self.bin}/{NAMES.get(kind, 'wwctl')}"
        return None if os.access(path, os.X_OK) else path


class Worker:
    """One run of a line program."""

    def __init__(self, path):
        environment = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        environment.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        self.process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self.rest = b""

    def ask(self, line):
        """The answer to one vector, or a sentence about what became of the program."""
        try:
            self.process.stdin.write(line.rstrip("\n").encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return self.last_words()
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], ANSWER_SECONDS)[0]:
                self.process.kill()
                return f"no answer within {ANSWER_SECONDS} s"
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            if not data:
                return self.last_words()
            self.rest += data
        answer, _, self.rest = self.rest.partition(b"\n")
        return json.loads(answer)

    def last_words(self):
        words = self.process.stderr.read().decode(errors="replace").strip().splitlines()[-20:]
        return "\n".join([f"the program ended, status {self.process.wait()}", *words])

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


def play(vectors, programs):
    """Yields (vector, differences) for vectors of one kind."""
    worker = None
    try:
        for vector in vectors:
            worker = worker or Worker(f"{programs.bin}/{NAMES[vector.kind]}")
            answer = worker.ask(vector.text)
            if isinstance(answer, str):
                worker.close()
                worker = None
                yield vector, [answer]
                continue
            different = COMPARE[vector.kind](vector.data, answer)
            yield vector, [different] if different else []
    finally:
        if worker:
            worker.close()


def template_difference(want, got):
    if got.get("id") != want["id"]:
        return f"the answer is about {got.get('id')}"
    if "err" not in want or "err" not in got:
        wanted, found = answer_of(want), answer_of(got)
        return None if wanted == found else compare.diff(wanted, found)
    wanted, found = template_place(want["err"]), template_place(got["err"])
    return None if wanted == found else compare.diff(want["err"], got["err"])


def template_place(message):
    """What must agree between two error messages: the place and what was being executed."""
    place = TEMPLATE_PLACE.search(message)
    action = TEMPLATE_ACTION.search(message)
    return place and place.group(), action and action.group()


def yaml_difference(want, got):
    if got.get("id") != want["id"]:
        return f"the answer is about {got.get('id')}"
    if "err" not in want or "err" not in got:
        wanted, found = answer_of(want), answer_of(got)
        return None if wanted == found else compare.diff(wanted, found)
    wanted, found = YAML_LINE.search(want["err"]), YAML_LINE.search(got["err"])
    if wanted and found and wanted.group(1) != found.group(1):
        return compare.diff(want["err"], got["err"])
    return None


def answer_of(data):
    return {key: data[key] for key in ("out", "tree", "err") if key in data}


COMPARE = {"tmpl": template_difference, "yaml": yaml_difference}
