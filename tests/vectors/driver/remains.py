# SPDX-License-Identifier: BSD-3-Clause
"""Nothing a scenario did outlives it: processes it left behind end, mounts it left behind go.

`isolate()` is called once in each worker process. The worker then has its own mount namespace, and adopts the
orphans of what it starts, so that whatever is still its child after a scenario belongs to that scenario.
"""

import ctypes
import os
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 1 << 18, 2
PR_SET_CHILD_SUBREAPER = 36


def isolate():
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if os.geteuid() == 0 and LIBC.unshare(CLONE_NEWNS) == 0:
        LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as f:
        return [int(pid) for pid in f.read().split()]


def end_children():
    """Kills and reaps the children of this process, and the orphans that fall to it when they die."""
    while pids := children():
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


def mounts_below(root):
    with open("/proc/self/mounts", errors="surrogateescape") as f:
        points = [line.split(" ")[1].replace("\\040", " ") for line in f]
    return [p for p in points if p.startswith(root + "/")]


def unmount_below(root):
    """Raises OSError if a mount stays: removing the tree would then reach into another file system."""
    for point in reversed(mounts_below(root)):
        LIBC.umount2(os.fsencode(point), MNT_DETACH)
    if left := mounts_below(root):
        raise OSError(f"still mounted: {', '.join(left)}")
