# SPDX-License-Identifier: BSD-3-Clause
"""The site of the run: a thousand nodes, an overlay and an image whose content proves itself, and the daemon that is
started again as the service manager would."""

import concurrent.futures
import os
import random
import signal
import sys
import threading
import time
from contextlib import contextmanager

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, f"{TESTS}/e2e")

import daemon  # noqa: E402
from book import Book  # noqa: E402
from clock import Clock  # noqa: E402
from daemon import wait_for  # noqa: E402
from diary import Diary  # noqa: E402
from disk import Disk  # noqa: E402
from lab.process import Process  # noqa: E402

NODES = 1000
HAND_NODES = 100  # the last so many are only edited by hand
HOT_NODES = 12  # the first so many are what half of all edits and requests are about, so that they meet
PATIENCE = 60  # seconds for whatever must come in the end, on a machine that does other things, too

# The sanitizer keeps what was freed for a while, which would hide how much memory is in use.
SANITIZER = {"ASAN_OPTIONS": "quarantine_size_mb=1:detect_leaks=0:malloc_context_size=8"}

SCRIPT = "#!ipxe\nid={{.Id}}\nrev={{.Tags.rev}}\n" + "echo a line that makes it longer\n" * 40 + "end={{.Tags.rev}}\n"
NOBODY = "nobody {{.Hwaddr}}\n"
FIRST = "{{.Id}} {{.Tags.rev}}\n"
EVERYBODY = "{{range .AllNodes}}{{.Id}} {{.Tags.rev}}\n{{end}}the end\n"

PAYLOAD_LINES = 2000  # 18 KB in the overlay of each node
IMAGE_LINES = 300_000  # 2.7 MB
OVERLAY = "var/lib/warewulf/overlays"
TREE = "var/lib/warewulf/chroots/chaos/rootfs"


def name(number):
    return f"n{number:04}"


def hwaddr(number):
    return f"02:00:5e:00:{number >> 8:02x}:{number & 255:02x}"


def payload(generation, lines):
    return f"{int(generation):08}\n" * lines


class Site(daemon.Site):
    """Its logs lie beside it, not on its disk, one for each life of the main process."""

    def __init__(self, folder, environment):
        os.makedirs(f"{folder}/site", exist_ok=True)
        self.folder = folder
        self.environment = environment
        self.lives = 0
        # The kernel ends a child with the thread that started it.
        self.starter = concurrent.futures.ThreadPoolExecutor(1)
        super().__init__(f"{folder}/site")

    def launch(self, *arguments, **_):
        self.lives += 1
        argv = [f"{daemon.BIN}/wwd", "--warewulfconf", self.config, *arguments]
        log, environment = f"{self.folder}/wwd-{self.lives}.log", {**os.environ, **self.environment}
        self.wwd = self.starter.submit(Process, argv, log=log, env=environment).result()
        return self.wwd

    def logs(self):
        for life in range(1, self.lives + 1):
            with open(f"{self.folder}/wwd-{life}.log", encoding="utf-8", errors="replace") as f:
                yield life, f.read()


class Gate:
    """Edits by wwctl pass it together; who edits by hand has it alone, since what an editor does between reading and
    saving nobody can merge."""

    def __init__(self):
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextmanager
    def together(self):
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self):
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._closed = True
            self._changed.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()


class Scene:
    """Everything the parts of a run share."""

    def __init__(self, folder, seed):
        self.seed = seed
        self.diary = Diary()
        self.book = Book()
        self.gate = Gate()
        self.life = threading.Lock()  # held while the daemon is to stay as it is: alive, or dead
        self.ending = threading.Event()
        os.makedirs(f"{folder}/site")
        self.disk = Disk(f"{folder}/site")
        self.clock = Clock(f"{folder}/clock", f"{daemon.BIN}/wwd")
        self.site = Site(folder, {**SANITIZER, **self.clock.environment})
        self._furnish()

    def dice(self, who):
        """Chance that is the same for the same seed, whatever other threads do."""
        return random.Random(f"{self.seed} {who}")

    def pause(self, seconds):
        """Paces troubles and load; false when it is time to stop."""
        return not self.ending.wait(seconds)

    def _furnish(self):
        site, book = self.site, self.book
        site.write("etc/warewulf/ipxe/default.ipxe", SCRIPT)
        site.write("etc/warewulf/ipxe/unconfigured.ipxe", NOBODY)
        lines = [
            "# written by hand",
            "nodeprofiles:",
            "  default:",
            "    image name: chaos",
            "    system overlay: [chaos]",
            "    runtime overlay: [everybody]",
            "nodes:",
        ]
        for number in range(NODES):
            lines += [
                f"  {name(number)}:  # stays",
                "    profiles: [default]",
                "    tags:",
                "      rev: v0z",
                f"    network devices: {{default: {{hwaddr: '{hwaddr(number)}'}}}}",
            ]
            book.add(name(number), "v0z")
        site.write("etc/warewulf/nodes.conf", "\n".join(lines) + "\n# the end\n")
        site.write(f"{OVERLAY}/chaos/rootfs/etc/first.ww", FIRST)
        site.write(f"{OVERLAY}/chaos/rootfs/etc/payload", payload(0, PAYLOAD_LINES))
        site.write(f"{OVERLAY}/everybody/rootfs/etc/everybody.ww", EVERYBODY)
        book.add("overlay", "0")
        book.add("image", "0")
        self.furnish_image(0)

    def furnish_image(self, generation):
        self.save(f"{TREE}/etc/payload", payload(generation, IMAGE_LINES))
        self.save(f"{TREE}/etc/generation", f"{generation}\n")

    def save(self, path, text):
        """As a careful editor does: another file, renamed. It lies where nobody takes it for one of the site's."""
        target = self.site.path(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with self.disk.room():
            self.site.write("editor", text)
            os.rename(self.site.path("editor"), target)

    # ---- the daemon ----

    def start(self):
        """Starts it; as the service manager does, again, should it fail while the disk is full."""
        began = time.monotonic()
        self.site.launch()
        while not wait_for(lambda: self.ready() or not self.site.wwd.running(), "the start of wwd", PATIENCE) or (
            not self.site.wwd.running()
        ):
            if not self.diary.explains({"fill disk"}, began, time.monotonic()):
                self.diary.fault(f"wwd did not start (status {self.site.wwd.exit_status()}):\n{self.site.log()}")
                return
            if not self.pause(0.2):
                return
            self.site.launch()

    def ready(self):
        return " ready port=" in self.site.log()

    def serves(self):
        try:
            return self.site.get(f"/ipxe/{hwaddr(0)}").status == 200
        except OSError:
            return False

    def kill_main(self):
        """SIGKILL, and the end of its front, whom its socket tells."""
        if not self.site.wwd.running():
            self.diary.fault(f"wwd ended by itself, status {self.site.wwd.exit_status()}:\n{self.site.log()[-4000:]}")
            return
        front = self.site.front
        self.site.wwd.signal(signal.SIGKILL)
        self.site.wwd.exit_status(PATIENCE)
        wait_for(lambda: not front or not os.path.exists(f"/proc/{front}"), "the end of the front", PATIENCE)
