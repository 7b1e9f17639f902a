# SPDX-License-Identifier: BSD-3-Clause
"""Images: building one of a Debian root beside what Warewulf runs, packed as small as gzip gets and by zstd, and
importing an OCI image beside skopeo and umoci."""

import os
import re
import select
import shutil
import subprocess
import time

from rows import Row, compared
from servers import PATIENCE, TESTS, Wwd, children

from lab import debian

CACHE = f"{os.path.dirname(TESTS)}/build/cache"


def images(options):
    root = debian.root_file_system(CACHE)
    with Wwd(options.bin, 1) as server:
        site = Images(server)
        os.makedirs(os.path.dirname(site.tree))
        subprocess.run(["cp", "-a", root, site.tree], check=True)  # devices as they are
        # What is left out would be in their archive.
        os.unlink(f"{site.tree}/etc/warewulf/excludes")
        server.start()
        yield from building(site, options.rounds)
        yield from importing(site, options.rounds)


class Images:
    def __init__(self, server):
        self.server = server
        self.folder = server.folder
        self.tree = server.path("var/lib/warewulf/chroots/measured/rootfs")
        self.built = server.path("var/lib/warewulf/provision/images/measured.img")
        self.peak = 0  # MiB of memory that wwd and the processes of its jobs ever had, pages of files included

    def wwctl(self, *words):
        argv = [f"{self.server.bin}/wwctl", "--warewulfconf", self.server.path("etc/warewulf/warewulf.conf")]
        with open(f"{self.folder}/said", "w+b") as said:
            started = time.perf_counter()
            command = subprocess.Popen([*argv, *words], stdout=said, stderr=said)
            ended = os.pidfd_open(command.pid)
            while not select.select([ended], [], [], 0.05)[0]:
                self._look_at_memory()
            seconds = time.perf_counter() - started
            os.close(ended)
            if command.wait():
                said.seek(0)
                raise RuntimeError(f"{' '.join(words)}: {said.read().decode()}")
        return seconds

    def build(self, compression):
        return self.wwctl("image", "build", "--force", "--compression", compression, "measured")

    def upstream(self, packer):
        """What Warewulf runs, in one pipe instead of its two passes, which is to its advantage."""
        target = f"{self.folder}/theirs.gz"
        pipe = f"find . -xdev | sort | cpio --quiet -o -H newc | {packer} > {target}"
        started = time.perf_counter()
        subprocess.run(["sh", "-c", pipe], check=True, cwd=self.tree, stderr=subprocess.DEVNULL)
        return time.perf_counter() - started, os.path.getsize(target)

    def _look_at_memory(self):
        """A job has a process of its own, which is gone with the job."""
        for pid in [self.server.process.pid, *children(self.server.process.pid)]:
            try:
                with open(f"/proc/{pid}/status", encoding="ascii") as f:
                    peak = re.search(r"VmHWM:\s+(\d+)", f.read())
            except (FileNotFoundError, ProcessLookupError):
                continue
            self.peak = max(self.peak, int(peak[1]) >> 10 if peak else 0)


def building(site, rounds):
    site.build("gzip"), site.upstream("pigz")  # warms what both read
    times = {word: [] for word in ("gzip", "best", "zstd", "pigz")}
    size = {}
    for _ in range(rounds):
        for word, suffix in (("gzip", "gz"), ("best", "gz"), ("zstd", "zst")):
            times[word].append(site.build(word))
            size[word] = os.path.getsize(f"{site.built}.{suffix}")
        seconds, pigz = site.upstream("pigz")
        times["pigz"].append(seconds)
    gzip = site.upstream("gzip -6")[1]
    # Rates: what is quicker is larger.
    rate = {word: [1 / each for each in seconds] for word, seconds in times.items()}
    yield compared("image build / find | cpio | pigz", "per s", rate["gzip"], rate["pigz"], 3, at_least=True)
    yield compared("  its size / pigz", "bytes", [size["gzip"]], [pigz], 1.14, at_least=False)
    yield compared("image build --compression best / pigz", "per s", rate["best"], rate["pigz"], 1, at_least=True)
    yield compared("  its size / gzip -6", "bytes", [size["best"]], [gzip], 1, at_least=False)
    yield compared("image build --compression zstd / pigz", "per s", rate["zstd"], rate["pigz"], 3, at_least=True)
    yield compared("  its size / gzip -6", "bytes", [size["zstd"]], [gzip], 1, at_least=False)


def importing(site, rounds):
    layout = oci_image(f"{site.folder}/oci", site.tree)
    ours, theirs = [], []
    for number in range(rounds):
        ours.append(1 / site.wwctl("image", "import", f"oci:{layout}", f"imported-{number}"))
        theirs.append(1 / by_umoci(site.folder, layout))
        site.wwctl("image", "delete", "--yes", f"imported-{number}")
    yield compared("image import of OCI / skopeo copy, umoci unpack", "per s", ours, theirs, 1.5, at_least=True)
    yield Row("peak memory of builds and imports", f"{site.peak} MiB", goal="<= 200 MiB", met=site.peak <= 200)


def oci_image(folder, tree):
    """A layout with one image of one gzip layer, as registries have it."""
    quiet = {"check": True, "capture_output": True}
    subprocess.run(["umoci", "init", "--layout", folder], **quiet)
    subprocess.run(["umoci", "new", "--image", f"{folder}:latest"], **quiet)
    subprocess.run(["umoci", "insert", "--image", f"{folder}:latest", tree, "/"], **quiet)
    return folder


def by_umoci(folder, layout):
    copy, bundle = f"{folder}/copy", f"{folder}/bundle"
    started = time.perf_counter()
    subprocess.run(["skopeo", "--insecure-policy", "copy", f"oci:{layout}:latest", f"oci:{copy}:latest"],
                   check=True, capture_output=True)  # fmt: skip
    subprocess.run(["umoci", "unpack", "--image", f"{copy}:latest", bundle], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    shutil.rmtree(copy)
    shutil.rmtree(bundle)
    return seconds
