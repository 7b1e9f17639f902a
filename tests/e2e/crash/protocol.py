# SPDX-License-Identifier: BSD-3-Clause
"""Every state that a crash may leave on a disk, started upon by the real program, and what is wrong with any of them."""

import json
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from crash.disk import Disk, digest
from daemon import BIN

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Program:
    """Starts on states, each once: what the program makes of one depends on nothing else."""

    def __init__(self):
        self.known = {}
        self.workers = [Worker() for _ in range(os.cpu_count() or 1)]

    def stop(self):
        for worker in self.workers:
            worker.stop()

    def learn(self, states):
        new = [(key, state) for key, state in states.items() if key not in self.known]
        parts = [new[at :: len(self.workers)] for at in range(len(self.workers))]
        with ThreadPoolExecutor() as pool:
            for told in pool.map(Worker.start_on, self.workers, parts):
                self.known.update(told)

    def on(self, state):
        key = digest(state)
        self.learn({key: state})
        return self.known[key]


def lay_out(state, folder):
    for place in ("etc", "state"):
        os.makedirs(f"{folder}/{place}")
    for name, data in state.items():
        with open(f"{folder}/{name}", "wb") as f:
            f.write(data)


class Worker:
    """One process, for one thread at a time."""

    def __init__(self):
        self.scratch = tempfile.mkdtemp(dir=MEMORY)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([f"{BIN}/store_restart"], text=True, **pipes)

    def stop(self):
        self.process.communicate()
        shutil.rmtree(self.scratch)

    def start_on(self, states):
        told, folder = {}, f"{self.scratch}/site"
        for key, state in states:
            lay_out(state, folder)
            self.process.stdin.write(folder + "\n")
            self.process.stdin.flush()
            told[key] = json.loads(self.process.stdout.readline())
            shutil.rmtree(folder)
        return told


@dataclass
class Verdict:
    points: int = 0  # crash points
    states: dict = field(default_factory=dict)  # by digest
    wrong: list = field(default_factory=list)  # (what the last step was, what was found)

    def describe(self):
        return f"{self.points} crash points, {len(self.states)} states, {len(self.wrong)} of them wrong"


def check(program, files, folders, steps, allowed, thorough=True):
    """Runs the steps on a disk with these files. `allowed`: what the program may tell; the last of them is all that it
    may tell after all steps. Not `thorough`: until something is wrong."""
    disk, verdict = Disk(files, folders), Verdict()
    for step in (None, *steps):
        if step:
            disk.take(step)
        verdict.points += 1
        found = {digest(state): state for state in disk.states()}
        new = {key: state for key, state in found.items() if key not in verdict.states}
        program.learn(new)
        verdict.states.update(new)
        verdict.wrong += [(str(step), program.known[key]) for key in new if program.known[key] not in allowed]
        if verdict.wrong and not thorough:
            return verdict
    verdict.wrong += [("the end", told) for told in map(program.known.get, found) if told in allowed[:-1]]
    return verdict
