# SPDX-License-Identifier: BSD-3-Clause
"""`./dev chaos SECONDS [--seed N]`: a site of a thousand nodes under load and edits while everything goes wrong around it,
and then a look at what that did. Prints what was done, and each fault; a run with the same seed does the same again."""

import argparse
import collections
import os
import random
import shutil
import sys
import tempfile
import threading
import traceback

import scene as stage
import troubles
import usage
import verdict
from daemon import wait_for
from load import KINDS, Load
from writers import Writer, wwctl

WRITERS = 3
PACE = {"ipxe": 0.005, "system": 0.01, "runtime": 0.3, "image": 0.1}  # seconds between two requests of a thread


class Act:
    """Load, edits and troubles for a while; all threads have ended when it returns."""

    def __init__(self, scene, number, tables):
        self.scene = scene
        self.loads = [Load(scene, kind, PACE[kind]) for kind in KINDS]
        parts = {f"load {load.kind}": load.run for load in self.loads}
        parts |= {f"writer {i}": Writer(scene, i, WRITERS).run for i in range(WRITERS)}
        for place, table in tables.items():
            parts[place] = lambda dice, t=table: troubles.make(scene, t, dice)
        self.threads = [
            threading.Thread(target=self.guarded, args=(name, run, scene.dice(f"{number} {name}")), name=name)
            for name, run in parts.items()
        ]

    def guarded(self, name, run, dice):
        try:
            run(dice)
        except Exception:  # a thread that ends in silence would prove nothing
            self.scene.diary.fault(f"{name}: {traceback.format_exc()}")

    def play(self, seconds):
        self.scene.ending.clear()
        for thread in self.threads:
            thread.start()
        self.scene.ending.wait(seconds)
        self.scene.ending.set()
        for thread in self.threads:
            thread.join()


def quiet(scene):
    """Usage when nobody asks for anything."""
    wait_for(scene.serves, "an answer when all is quiet", stage.PATIENCE)
    return wait_for(lambda: usage.of(scene.site), "a front", stage.PATIENCE)


def tables(scene, without=()):
    around = dict(troubles.AROUND)
    for thing, name in ((scene.disk, "fill disk"), (scene.clock, "move clock")):
        if thing.reason:
            around.pop(name)
    out = {"processes": troubles.PROCESSES, "files": troubles.FILES, "around": around}
    return {place: {k: v for k, v in table.items() if k not in without} for place, table in out.items()}


def run(scene, seconds):
    """Two thirds with everything; then the same main process stays, to see what it keeps."""
    for thing, what in ((scene.disk, "no disk is filled"), (scene.clock, "no clock jumps")):
        if thing.reason:
            print(f"{what}: {thing.reason}")
    scene.diary.start()
    scene.start()
    wwctl(scene, "image", "build", "chaos")
    acts = [Act(scene, 1, tables(scene)), Act(scene, 2, tables(scene, without=troubles.RESTARTS))]
    acts[0].play(seconds * 2 / 3)
    before = quiet(scene)
    acts[1].play(seconds / 3)
    after = quiet(scene)
    if not usage.returns_to(before, scene.site):
        after = usage.of(scene.site)
        scene.diary.fault(f"usage grew from {before} to {after}")
    verdict.pronounce(scene)
    report(scene, acts, before, after)


def report(scene, acts, before, after):
    counts = sum((load.counts for act in acts for load in act.loads), start=collections.Counter())
    print("requests:", ", ".join(f"{number} {what}" for what, number in sorted(counts.items())))
    print("edits:", ", ".join(f"{number} {what.value}" for what, number in scene.book.outcomes.items() if number))
    print("troubles:", ", ".join(f"{number} {what}" for what, number in scene.diary.counts().items()))
    print(f"usage: {before}; at the end {after}")


def main(argv):
    parser = argparse.ArgumentParser(prog="dev chaos")
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--keep", action="store_true", help="leave site and logs where they are")
    options = parser.parse_args(argv)
    folder = tempfile.mkdtemp(prefix="ww-chaos-")
    os.chmod(folder, 0o755)
    scene = stage.Scene(folder, options.seed)
    try:
        run(scene, options.seconds)
    except Exception:
        scene.diary.fault(traceback.format_exc())
    finally:
        scene.ending.set()
        if scene.site.wwd:
            scene.site.wwd.stop()
        if options.keep:
            keep(folder)
        scene.disk.close()
        shutil.rmtree(folder)
    return sentence(scene.diary.faults, options)


def keep(folder):
    """Elsewhere, since the disk goes with its namespace."""
    shutil.copytree(folder, f"{folder}-kept", symlinks=True, ignore=shutil.ignore_patterns("*.sock"))
    print(f"kept: {folder}-kept")


def sentence(faults, options):
    for fault in faults:
        print(f"FAULT: {fault}")
    if faults:
        print(f"{len(faults)} faults; again with: ./dev chaos {options.seconds} --seed {options.seed}")
        return 1
    print(f"held for {options.seconds} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
