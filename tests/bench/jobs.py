# SPDX-License-Identifier: BSD-3-Clause
"""Jobs: whether a build takes longer because somebody looks on, with a bar on a terminal."""

import os
import pty
import re
import select
import subprocess
import time

from rows import compared
from servers import PATIENCE, Wwd

NAMES = 20_000
LARGE = 100 << 20  # bytes, beside the many small ones


def make_image(rootfs):
    block = os.urandom(1 << 20)
    for folder in range(NAMES // 100):
        os.makedirs(f"{rootfs}/{folder}")
        for name in range(100):
            with open(f"{rootfs}/{folder}/{name}", "wb") as f:
                f.write(block[:4096])
    with open(f"{rootfs}/large", "wb") as f:
        for _ in range(LARGE >> 20):
            f.write(block)


class Builds:
    """Builds of one image, timed by the daemon itself."""

    def __init__(self, server):
        self.server = server
        self.argv = [f"{server.bin}/wwctl", "--warewulfconf", server.path("etc/warewulf/warewulf.conf"), "image", "build"]
        self.argv += ["--force", "measured"]

    def done(self):
        return [int(ms) for ms in re.findall(r"image build of measured done .* ms=(\d+)", self.server.process.output())]

    def ended(self, before):
        """Milliseconds of the job after those."""
        end = time.monotonic() + PATIENCE
        while len(self.done()) == before:
            if time.monotonic() > end:
                raise RuntimeError(f"the build did not end:\n{self.server.process.output()}")
            select.select([], [], [], 0.05)
        return self.done()[-1]

    def watched(self):
        before = len(self.done())
        ours, theirs = pty.openpty()
        child = subprocess.Popen(self.argv, stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        try:
            while os.read(ours, 65536):
                pass
        except OSError:  # the terminal's other end is closed
            pass
        os.close(ours)
        if child.wait() != 0:
            raise RuntimeError("the build failed")
        return self.ended(before)

    def alone(self):
        before = len(self.done())
        subprocess.run([*self.argv, "--detach"], check=True, capture_output=True)
        return self.ended(before)


def jobs(options):
    with Wwd(options.bin, 1) as server:
        make_image(server.path("var/lib/warewulf/chroots/measured/rootfs"))
        server.start()
        builds = Builds(server)
        builds.alone()  # warms what both read
        watched, alone = [], []
        for _ in range(options.rounds):
            watched.append(builds.watched())
            alone.append(builds.alone())
    # In the column of the other server: the same build with nobody looking on.
    yield compared("image build, a bar on a terminal / detached", "ms", watched, alone, 1.05, at_least=False)
