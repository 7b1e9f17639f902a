# SPDX-License-Identifier: BSD-3-Clause
"""A small disk of the site's own, in a mount namespace that nobody else sees: it can be filled without harm."""

import contextlib
import ctypes
import errno
import os
import subprocess
import threading

CLONE_NEWNS = 0x00020000
SIZE = "256m"


class Disk:
    """`reason` says why there is none; the folder is then on whatever disk it is on, and is never filled."""

    def __init__(self, folder):
        self._folder = folder
        self._filler = f"{folder}/filler"
        self._lock = threading.Lock()
        self.reason = mount(folder)

    @contextlib.contextmanager
    def full(self):
        with self._lock:
            try:
                with open(self._filler, "wb", buffering=0) as f:
                    fill(f)
                    yield
            finally:
                os.unlink(self._filler)

    def close(self):
        if not self.reason:
            subprocess.run(["umount", "--lazy", self._folder], check=True)

    def room(self):
        """Held by who writes something himself: what an editor makes of a full disk is not what is tested."""
        return self._lock


def fill(file):
    """Down to the last byte."""
    size = 1 << 20
    while size:
        try:
            file.write(bytes(size))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            size //= 16


def mount(folder):
    """Mounts a tmpfs for this process and those it starts from now on. None, or why it cannot be. Call it before any
    thread is made: a namespace is entered by a thread."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS):
        return os.strerror(ctypes.get_errno())
    for words in (["--make-rprivate", "/"], ["-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "chaos", folder]):
        done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip()
    return None
