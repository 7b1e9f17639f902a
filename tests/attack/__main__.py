# SPDX-License-Identifier: BSD-3-Clause
"""`./dev attack [SECONDS] [--seed N]`: everything that ever hurt wwd, all at once, on loopback, while nodes boot and an
administrator works. Prints how long the honest waited, and each fault."""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import traceback

import ground as place
import usage
from attacker import ATTACKS, GUESTS
from daemon import wait_for
from honest import as_guest, everybody
from lab.process import Process
from verdict import BROKEN

HERE = os.path.dirname(os.path.abspath(__file__))
REST = 5  # seconds between two troubles


class Attackers:
    """All of them, each a process. They are other machines: what they cost of this one goes after wwd."""

    def __init__(self, ground, names):
        self.processes = [self.start(ground, name) for name in names]

    @staticmethod
    def start(ground, name):
        words = [name, str(ground.site.port), ground.socket, f"{ground.seed} {name}"]
        argv = ["nice", "-n", "10", sys.executable, f"{HERE}/attacker.py", *words]
        return Process(as_guest(argv) if name in GUESTS else argv)

    def stop(self):
        """Says what is wrong with those who did not attack to the end."""
        for process in self.processes:
            if not process.running():
                yield f"an attacker ended by itself: {process.argv[-4]}: {process.stdout.read().decode()[-500:]}"
            process.stop()


def front_stands_still(ground, _):
    """As one does that was taken over and asks for nothing any more; it is noticed, and another one started."""
    front = ground.site.front
    if front is None:
        return
    with ground.diary.trouble("front stands still"):
        os.kill(front, signal.SIGSTOP)
        wait_for(lambda: ground.site.front not in (front, None), "another front")
        ground.settled()


def nodes_conf_is_a_pipe(ground, dice):
    """Nobody writes into it. Nodes boot on, changes are refused, and the next ones are made."""
    conf = ground.site.path("etc/warewulf/nodes.conf")
    with ground.diary.trouble("nodes.conf is a pipe"):
        os.rename(conf, f"{conf}.kept")
        os.mkfifo(conf)
        ground.pause(dice.uniform(1, 4))
        os.rename(f"{conf}.kept", conf)


# A front that stands still is away for ten seconds, in which nobody is served.
TROUBLES = [nodes_conf_is_a_pipe] * 3 + [front_stands_still]


def troubles(ground):
    dice = ground.dice("troubles")
    while ground.pause(REST):
        dice.choice(TROUBLES)(ground, dice)


def quiet(ground):
    ground.settled()
    return wait_for(lambda: usage.of(ground.site), "a front")


def play(ground, attacks, seconds):
    """The honest, in what the attackers leave them."""
    honest = everybody(ground)

    def guarded(run, *arguments):
        try:
            run(*arguments)
        except Exception:  # a thread that ends in silence would prove nothing
            ground.diary.fault(traceback.format_exc())

    threads = [threading.Thread(target=guarded, args=(each.run,)) for each in honest]
    threads.append(threading.Thread(target=guarded, args=(troubles, ground)))
    ground.ending.clear()
    attackers = Attackers(ground, attacks)
    for thread in threads:
        thread.start()
    ground.ending.wait(seconds)
    ground.ending.set()
    for thread in threads:
        thread.join()
    for wrong in attackers.stop():
        ground.diary.fault(wrong)
    return honest


def newcomer_is_unharmed(ground):
    """Nobody took its place, and it can still be taken."""
    conf = ground.site.read("etc/warewulf/nodes.conf")
    if "evil" in conf or "discoverable" not in conf:
        yield "somebody has become the node that waits to be discovered"
    if ground.site.text(f"/ipxe/{place.NEWCOMER}") != "id=newcomer\n":
        yield "a new node is not discovered"


def run(ground, attacks, seconds):
    ground.start()
    warm = everybody(ground)
    dice = ground.dice("warm")
    for each in warm:
        each.once(dice)
    before = quiet(ground)
    # A first round fills caches and what the allocator keeps; it is not what the second one is measured against.
    play(ground, attacks, seconds / 3)
    before = max(before, quiet(ground), key=lambda found: found.memory)
    honest = play(ground, attacks, seconds * 2 / 3)
    after = quiet(ground)
    if not usage.returns_to(before, ground.site):
        after = usage.of(ground.site)
        ground.diary.fault(f"usage grew from {before} to {after}")
    for wrong in newcomer_is_unharmed(ground):
        ground.diary.fault(wrong)
    if (status := ground.site.stop()) != 0:
        ground.diary.fault(f"wwd ended with status {status}")
    if broken := BROKEN.search(ground.site.log()):
        ground.diary.fault(broken[0])
    for each in honest:
        if not each.waits:
            ground.diary.fault(f"{each.who}: nobody was served at all")
        print(each)
    print("troubles:", ", ".join(f"{number} {what}" for what, number in ground.diary.counts().items()))
    print(f"usage: {before}; at the end {after}")


def main(argv):
    everything = [*ATTACKS, *GUESTS]
    parser = argparse.ArgumentParser(prog="dev attack")
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only", action="append", choices=everything, metavar="NAME", help=", ".join(everything))
    options = parser.parse_args(argv)
    folder = tempfile.mkdtemp(prefix="ww-attack-")
    os.chmod(folder, 0o755)
    ground = place.Ground(folder, options.seed)
    ground.diary.start()
    try:
        run(ground, options.only or everything, options.seconds)
    except Exception:
        ground.diary.fault(traceback.format_exc())
    finally:
        ground.ending.set()
        if ground.site.wwd:
            ground.site.wwd.stop()
        shutil.rmtree(folder)
    for fault in ground.diary.faults:
        print(f"FAULT: {fault}")
    if ground.diary.faults:
        print(f"{len(ground.diary.faults)} faults; again with: ./dev attack {options.seconds} --seed {options.seed}")
        return 1
    print(f"held for {options.seconds} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
