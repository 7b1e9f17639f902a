# SPDX-License-Identifier: BSD-3-Clause
"""The site under attack: its nodes, an image, one slot for a node that is not known yet, and a wwd whose log nobody reads."""

import os
import random
import subprocess
import sys
import threading

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [f"{TESTS}/e2e", f"{TESTS}/chaos"]

import daemon  # noqa: E402
from daemon import wait_for  # noqa: E402
from diary import Diary  # noqa: E402
from lab.process import Process  # noqa: E402
from rest_site import with_api  # noqa: E402

NODES = 300
IMAGE_BYTES = 2 << 20  # of noise
TREE = "var/lib/warewulf/chroots/attack/rootfs"
OVERLAYS = "var/lib/warewulf/overlays"
NEWCOMER = "02:00:5e:ff:00:01"

# The sanitizer keeps what was freed for a while, which would hide how much memory is in use.
SANITIZER = {"ASAN_OPTIONS": "quarantine_size_mb=1:detect_leaks=0:malloc_context_size=8"}


def name(number):
    return f"n{number:03}"


def hwaddr(number):
    return f"02:00:5e:00:{number >> 8:02x}:{number & 255:02x}"


class Site(daemon.Site):
    """Its log is a pipe. Nobody reads it before the end."""

    def launch(self, *arguments, **_):
        argv = [f"{daemon.BIN}/wwd", "--warewulfconf", self.config, *arguments]
        self.wwd = Process(argv, env={**os.environ, **SANITIZER})
        return self.wwd

    def log(self):
        """What is left of it, when wwd has ended."""
        return self.wwd.stdout.read().decode(errors="replace")


class Ground:
    """What all parts of a run share."""

    def __init__(self, folder, seed):
        self.seed = seed
        self.diary = Diary()
        self.ending = threading.Event()
        self.site = Site(f"{folder}/site")
        self._furnish()

    def dice(self, who):
        return random.Random(f"{self.seed} {who}")

    def pause(self, seconds):
        """False when it is time to stop."""
        return not self.ending.wait(seconds)

    def _furnish(self):
        site = with_api(self.site)
        lines = ["nodeprofiles:", "  default: {image name: attack, system overlay: [o], runtime overlay: []}", "nodes:"]
        for number in range(NODES):
            lines.append(f"  {name(number)}: {{profiles: [default], network devices: {{default: {{hwaddr: '{hwaddr(number)}'}}}}}}")
        lines.append("  newcomer: {profiles: [default], discoverable: true, network devices: {default: {}}}")
        site.write("etc/warewulf/nodes.conf", "\n".join(lines) + "\n")
        site.write(f"{OVERLAYS}/o/rootfs/etc/id.ww", "{{.Id}}\n")
        site.write(f"{TREE}/bin/sh", "a shell")
        with open(site.path(f"{TREE}/noise"), "wb") as f:
            f.write(os.urandom(IMAGE_BYTES))

    def start(self):
        self.site.start()
        # The way to the socket is open to others, as that to /run/wwd is.
        folder = self.site.run_folder
        while len(folder) > 1:
            os.chmod(folder, os.stat(folder).st_mode | 0o011)
            folder = os.path.dirname(folder)
        subprocess.run(
            [f"{daemon.BIN}/wwctl", "--warewulfconf", self.site.config, "image", "build", "attack"],
            check=True,
            capture_output=True,
        )

    @property
    def socket(self):
        return f"{self.site.run_folder}/wwd.sock"

    def serves(self):
        try:
            return self.site.get(f"/ipxe/{hwaddr(0)}").status == 200
        except OSError:
            return False

    def settled(self):
        wait_for(self.serves, "an answer when all is quiet")
