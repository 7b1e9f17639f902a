# SPDX-License-Identifier: BSD-3-Clause
"""An initramfs that boots a node in two stages, as one does that dracut has made with Warewulf's module `wwinit`: the same
programs fetch and unpack the same archives in the same order. Its init is two_stage_init.sh."""

import glob
import gzip
import os
import re
import shutil
import stat
import subprocess

from . import newc
from .small import BUSYBOX, MODULES

# What dracut's module installs; the rest is BusyBox's.
PROGRAMS = ("cpio", "curl", "gzip")
APPLETS = "cat cp cut dd echo grep ifconfig insmod ls mkdir mount route rm sh sleep switch_root usleep".split()


def add(root, kernel):
    """Puts it into the tree of an image that has the kernel of debian.kernel()."""
    (modules,) = glob.glob(f"{kernel}/lib/modules/*")
    folders = "bin dev lib/modules newroot proc run sys tmp".split()
    entries = {}

    def put(path, entry):
        folder = os.path.dirname(path)
        if folder and folder not in entries:
            put(folder, newc.Entry(folder, stat.S_IFDIR | 0o755))
        entries[path] = entry

    def file(path, source, mode=0o755):
        with open(source, "rb") as f:
            put(path, newc.Entry(path, stat.S_IFREG | mode, f.read()))

    for folder in folders:
        put(folder, newc.Entry(folder, stat.S_IFDIR | 0o755))
    file("init", f"{os.path.dirname(__file__)}/two_stage_init.sh")
    file("bin/busybox", BUSYBOX)
    for applet in APPLETS:
        put(f"bin/{applet}", newc.Entry(f"bin/{applet}", stat.S_IFLNK | 0o777, b"busybox"))
    for program in PROGRAMS:
        path = shutil.which(program)
        file(f"bin/{program}", path)
        needed = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"(/\S+) \(0x", needed):
            file(library.lstrip("/"), library)
    order = [os.path.basename(name) for name in MODULES if os.path.exists(f"{modules}/kernel/{name}.ko")]
    for name in MODULES:
        if os.path.basename(name) in order:
            file(f"lib/modules/{os.path.basename(name)}.ko", f"{modules}/kernel/{name}.ko", 0o644)
    put("lib/modules/order", newc.Entry("lib/modules/order", stat.S_IFREG | 0o644, "".join(f"{n}\n" for n in order).encode()))

    with open(f"{root}/boot/initramfs-{os.path.basename(modules)}.img", "wb") as f:
        f.write(gzip.compress(newc.pack(entries.values()), compresslevel=1))
