# SPDX-License-Identifier: BSD-3-Clause
"""What is done to the site. Each trouble is a function of the scene and a source of chance; it enters in the diary what it
does, and leaves the site whole. One from each table goes on at a time."""

import os
import signal

from book import Edit, Outcome
from daemon import wait_for
from load import Load, get, hang
from scene import HAND_NODES, NODES, OVERLAY, PATIENCE, PAYLOAD_LINES, hwaddr, name, payload
from writers import record, wwctl

CONF = "etc/warewulf/nodes.conf"

# ---- processes ----


def kill_main(scene, _):
    with scene.life, scene.diary.trouble("kill main"):
        scene.kill_main()
        scene.start()


def kill_front(scene, _):
    with scene.life, scene.diary.trouble("kill front"):
        front = scene.site.front
        if front:
            os.kill(front, signal.SIGKILL)
        back_again(scene, front)


def stop_main(scene, dice):
    with scene.life, scene.diary.trouble("stop main"):
        stopped(scene, scene.site.wwd.pid, dice.uniform(0.2, 3))


def stop_front(scene, dice):
    """Long enough, now and then, to be taken for one that hangs."""
    with scene.life, scene.diary.trouble("stop front"):
        front = scene.site.front
        if front:
            stopped(scene, front, dice.choice([0.5, 1, 1, 2, 2, 12]))
        back_again(scene, None)


def reload(scene, _):
    with scene.life, scene.diary.trouble("reload"):
        scene.site.wwd.signal(signal.SIGHUP)


def stopped(scene, pid, seconds):
    """Its process id stays ours: a child of ours, or one whose parent waits for scene.life as we do."""
    os.kill(pid, signal.SIGSTOP)
    try:
        scene.pause(seconds)
    finally:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass


def back_again(scene, former):
    wait_for(lambda: scene.site.front not in (None, former), "another front", PATIENCE)
    wait_for(scene.serves, "an answer of the front", PATIENCE)


# ---- files ----


def edit_by_hand(scene, dice):
    """Saved by a rename."""
    with scene.gate.alone(), scene.diary.trouble("edit by hand"):
        text, edit, numbers = edited(scene, dice)
        scene.save(CONF, text)
        counts_once_served(scene, edit, numbers)


def edit_in_place(scene, dice):
    """Written slowly by an editor that does not rename. A daemon that starts just then cannot know that: none does."""
    with scene.life, scene.gate.alone(), scene.diary.trouble("edit in place"):
        text, edit, numbers = edited(scene, dice)
        with scene.disk.room(), open(scene.site.path(CONF), "r+", encoding="utf-8") as f:
            half = len(text) // 2
            f.write(text[:half])
            f.flush()
            scene.pause(dice.uniform(0, 0.3))
            f.write(text[half:])
            f.truncate()
        counts_once_served(scene, edit, numbers)


def edited(scene, dice):
    """nodes.conf with another value for a few nodes."""
    numbers = sorted(dice.sample(range(NODES - HAND_NODES, NODES), 3))
    text, value = scene.site.read(CONF), scene.book.next_value()
    for number in numbers:
        at = text.index("rev: ", text.index(f"  {name(number)}:"))
        text = text[:at] + f"rev: {value}" + text[text.index("\n", at) :]
    return text, Edit("", [scene.book[name(number)].begin(value) for number in numbers]), numbers


def counts_once_served(scene, edit, numbers):
    for number, its in zip(numbers, edit.writes):
        wait_for(
            lambda n=number, v=its.value: served(scene, n) == v,
            f"{name(number)}, edited by hand, to be {its.value}",
            PATIENCE,
        )
    scene.book.close(edit, Outcome.DONE)


def break_by_hand(scene, dice):
    """Nobody can save anything then, and what was read before is served. One that starts then: start_with_broken_nodes."""
    with scene.life, scene.diary.trouble("break by hand"):
        with scene.gate.alone():
            good = scene.site.read(CONF)
            bad = broken(good, dice)
            scene.save(CONF, bad)
        scene.pause(dice.uniform(0.2, 3))
        with scene.gate.alone():
            mend(scene, good, bad)


def start_with_broken_nodes(scene, dice):
    """A daemon that starts while nodes.conf is broken knows no node until it is mended."""
    with scene.life, scene.gate.alone(), scene.diary.trouble("unknown nodes"):
        with scene.diary.trouble("break by hand"), scene.diary.trouble("kill main"):
            good = scene.site.read(CONF)
            bad = broken(good, dice)
            scene.kill_main()
            scene.save(CONF, bad)
            scene.start()
            scene.pause(dice.uniform(0, 1))
            mend(scene, good, bad)
        wait_for(lambda: served(scene, 0), "nodes to be known again", PATIENCE)


def mend(scene, good, bad):
    if scene.site.read(CONF) != bad:
        scene.diary.fault("a broken nodes.conf was overwritten")
    scene.save(CONF, good)


def broken(text, dice):
    """As it happens: a bracket, a tabulator, half a quote, a wrong value."""
    at = text.index(f"  {name(dice.randrange(NODES))}:")
    return text[:at] + dice.choice(["  [\n", "\tx: y\n", '  x: "\n', "  x: {network devices: {d: {ipaddr: nowhere}}}\n"]) + text[at:]


def served(scene, number):
    try:
        return get(scene.site, f"/ipxe/{hwaddr(number)}").body.decode().partition("rev=")[2].split("\n")[0]
    except OSError:
        return None


def change_overlay(scene, dice):
    """Behind wwd's back by a rename, or by wwctl; and a node asks just before and just after."""
    node = Load(scene, "system", pace=0)
    for change in dice.choices([by_rename, by_rename, by_wwctl], k=6):
        generation = scene.book.next_number()
        number = dice.randrange(NODES)
        node.ask(number, dice)
        with scene.diary.trouble("change overlay"):
            edit = Edit("", [scene.book["overlay"].begin(str(generation))])
            change(scene, edit, generation, payload(generation, PAYLOAD_LINES))
        node.ask(number, dice)


def by_rename(scene, edit, _, text):
    scene.save(f"{OVERLAY}/chaos/rootfs/etc/payload", text)
    scene.book.close(edit, Outcome.DONE)


def by_wwctl(scene, edit, generation, text):
    source = f"{scene.site.folder}/payload-{generation}"
    with open(source, "w", encoding="ascii") as f:
        f.write(text)
    edit.text = f"/payload-{generation}"
    record(scene, edit, wwctl(scene, "overlay", "import", "--overwrite", "chaos", source, "/etc/payload"))
    os.unlink(source)


def rebuild_image(scene, _):
    generation = scene.book.next_number()
    with scene.diary.trouble("rebuild image"):
        edit = Edit("", [scene.book["image"].begin(str(generation))])
        scene.furnish_image(generation)
        record(scene, edit, wwctl(scene, "image", "build", "chaos"))


# ---- around it ----


def fill_disk(scene, dice):
    with scene.disk.full(), scene.diary.trouble("fill disk"):
        scene.pause(dice.uniform(0.5, 3))


def move_clock(scene, dice):
    with scene.diary.trouble("move clock"):
        scene.clock.set(dice.choice([-86400, -3600, -1, 0, 1, 90, 86400, 400 * 86400]))


def hanging_clients(scene, dice):
    with scene.diary.trouble("hanging clients"):
        held = hang(scene.site, f"/image/{hwaddr(dice.randrange(NODES))}", 50)
        scene.pause(dice.uniform(0.5, 2))
        for s in held:
            s.close()


PROCESSES = {
    "kill main": kill_main,
    "kill front": kill_front,
    "stop main": stop_main,
    "stop front": stop_front,
    "reload": reload,
}
FILES = {
    "edit by hand": edit_by_hand,
    "edit in place": edit_in_place,
    "break by hand": break_by_hand,
    "start with broken nodes": start_with_broken_nodes,
    "change overlay": change_overlay,
    "rebuild image": rebuild_image,
}
AROUND = {
    "fill disk": fill_disk,
    "move clock": move_clock,
    "hanging clients": hanging_clients,
}

# Those that leave another main process behind.
RESTARTS = ("kill main", "start with broken nodes")


def make(scene, table, dice):
    """One trouble after the other, each as often as any other, in an order that the seed decides."""
    while True:
        for what in dice.sample(sorted(table), len(table)):
            if not scene.pause(dice.uniform(0.1, 1)):
                return
            table[what](scene, dice)
