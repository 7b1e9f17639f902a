# SPDX-License-Identifier: BSD-3-Clause
"""What must hold when all is quiet again: the file, its history, what is left on the disk, the log."""

import glob
import json
import os
import re
import time

import bodies
from book import Edit
from daemon import PATIENCE
from load import get
from scene import NODES, hwaddr, name
from writers import record, wwctl

CONF = "etc/warewulf/nodes.conf"

# Every error in the log, the troubles that it may come from, and how many lines one of them may cause.
ERRORS = {
    "front.ended": ({"kill front", "stop front"}, 1),
    "front.stalled": ({"stop front"}, 1),
    "store.rejected": ({"break by hand", "edit in place"}, 3),
    "boot.unavailable": ({"fill disk"}, 1000),
    "api.failed": ({"fill disk"}, 1000),
    "answer.memory": ({"fill disk"}, 1000),
}
BROKEN = re.compile(r"ERROR: \w+Sanitizer.*|terminate called.*|Assertion .*")

# What belongs to a site. Anything else was left over.
BELONGS = re.compile(
    r"etc/warewulf/(nodes|warewulf)\.conf|etc/warewulf/ipxe/\w+\.ipxe"
    r"|var/lib/warewulf/(chroots|overlays)/\w+/rootfs/etc/\w+(\.ww)?"
    r"|var/lib/warewulf/chroots/chaos/rootfs\.json"
    r"|var/lib/warewulf/provision/images/chaos\.img(\.gz)?"
    r"|var/lib/warewulf/provision/overlays/n\d{4}/__(SYSTEM|RUNTIME)__\.img(\.gz)?"
    r"|var/lib/warewulf/wwd/(journal\.sqlite(-shm|-wal)?|machines|run/((daemon\.)?lock|wwd\.sock))"
    r"|var/lib/warewulf/wwd/renders/segment\.\d+\.\d+"
    r"|var/lib/warewulf/wwd/content/(format|booted/n\d{4}|generations/chaos\.json|sha256/[0-9a-f]{64})"
)
# What was rendered, of processes that have ended (RenderLimits::segments), of the one that makes them one, and of wwd.
SEGMENTS = 8 + 1 + 1


def nodes_conf(scene):
    """Every node has a value that the book allows, and what nobody edited is as it was written."""
    text, now = scene.site.read(CONF), time.monotonic()
    if not text.startswith("# written by hand\n") or not text.endswith("# the end\n"):
        yield f"nodes.conf lost its comments: {text[:40]!r} ... {text[-40:]!r}"
    found = dict(re.findall(r"^  (n\d{4}):  # stays\n(?:    .*\n)*?      rev: (\S+)$", text, re.MULTILINE))
    if len(found) != NODES:
        yield f"{len(found)} nodes in nodes.conf"
    for node, value in found.items():
        allowed = scene.book[node].allowed(now, now)
        if value not in allowed:
            yield f"nodes.conf: {node} is {value}, which it cannot be: only {', '.join(allowed)}"


def history(scene):
    """A revision for each acknowledged edit, as far as the history goes back, in one unbroken row of numbers."""
    done = wwctl(scene, "history", "--json", "--number", "0")
    if done is None or done.returncode:
        return
    rows = list(reversed(json.loads(done.stdout)["revisions"]))
    commands = "\n".join(row["command"] + " " for row in rows)
    edits = [edit for edit in scene.book.acknowledged() if edit.text]
    if rows[0]["revision"] > 1:  # it keeps the newest ones only
        edits = edits[next((i for i, edit in enumerate(edits) if f"{edit.text} " in commands), len(edits)) :]
    for edit in edits:
        if edit.recorded and f"{edit.text} " not in commands:
            yield f"{edit.text} was acknowledged, and is not in the history of {len(rows)} changes"
    numbers = [row["revision"] for row in rows]
    if numbers != sorted(set(numbers)):
        yield f"revisions out of order: {numbers}"


def undo_works(scene):
    """An edit, its difference and its undoing leave every byte where it was."""
    before, value = scene.site.read(CONF), scene.book.next_value()
    words = ["node", "set", name(0), "--tagadd", f"rev={value}", "--yes"]
    if wwctl(scene, *words).returncode or value not in scene.site.read(CONF):
        yield "an edit does not arrive when all is quiet"
        return
    number = str(json.loads(wwctl(scene, "history", "--json", "--number", "1").stdout)["revisions"][0]["revision"])
    words = ["diff", str(int(number) - 1), number]
    if value not in wwctl(scene, *words).stdout:
        yield f"wwctl {' '.join(words)} does not show {value}"
    wwctl(scene, "undo", number, "--yes")
    if scene.site.read(CONF) != before:
        yield "undo does not restore nodes.conf byte for byte"


def image_builds(scene):
    """What a killed build held or left is in nobody's way, and gone with the next one."""
    generation = scene.book.next_number()
    edit = Edit("", [scene.book["image"].begin(str(generation))])
    scene.furnish_image(generation)
    record(scene, edit, wwctl(scene, "image", "build", "chaos"))
    begin = time.monotonic()
    reply = get(scene.site, f"/image/{hwaddr(0)}")
    if wrong := bodies.image(scene.book, 0, reply.body, begin, time.monotonic()):
        yield f"the image when all is quiet: status {reply.status}, {wrong}"


def end_of_wwd(scene):
    """It ends when told, in time."""
    began = time.monotonic()
    status = scene.site.stop()
    if status != 0:
        yield f"wwd ended with status {status} after {time.monotonic() - began:.0f} of {PATIENCE} s"


def nothing_left_over(scene):
    root = scene.site.root
    segments = glob.glob(f"{root}/var/lib/warewulf/wwd/renders/*")
    if len(segments) > SEGMENTS:
        yield f"left over: {len(segments)} files of renderings"
    for folder, folders, files in os.walk(root):
        if folder.startswith(f"{root}/usr"):
            continue
        for file in [*files, *(name for name in folders if name.startswith("."))]:
            path = os.path.relpath(f"{folder}/{file}", root)
            if not BELONGS.fullmatch(path):
                yield f"left over: {path}"


def logs(scene):
    """The first lines of each error that no trouble explains."""
    seen = {}
    for life, text in scene.site.logs():
        if match := BROKEN.search(text):
            yield f"wwd-{life}.log: {text[match.start() : match.start() + 4000]}"
        for key, line in re.findall(r"^\S+ error (\S+)(.*)$", text, re.MULTILINE):
            seen.setdefault(key, []).append(f"wwd-{life}.log: {key}{line}")
    for key, lines in seen.items():
        troubles, each = ERRORS.get(key, (set(), 0))
        allowed = each * scene.diary.count(*troubles)
        if len(lines) > allowed:
            yield f"{len(lines)} errors {key}, of which {allowed} are explained: " + "; ".join(lines[:3])


CHECKS = (nodes_conf, history, undo_works, image_builds, end_of_wwd, nothing_left_over, logs)


def pronounce(scene):
    for check in CHECKS:
        for text in check(scene):
            scene.diary.fault(text)
