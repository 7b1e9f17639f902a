# SPDX-License-Identifier: BSD-3-Clause
"""Namespace: a network of its own without a name, held by a descriptor: it is gone when we are."""

import ctypes
import os
import subprocess
import threading

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    def __init__(self):
        self._fd = _in_thread(_make)
        self.ip("link", "set", "lo", "up")

    @property
    def path(self):
        return f"/proc/{os.getpid()}/fd/{self._fd}"

    def inside(self, argv):
        """The command that runs `argv` in it."""
        return ["nsenter", f"--net={self.path}", *argv]

    def ip(self, *words):
        subprocess.run(self.inside(["ip", *words]), check=True, capture_output=True)

    def call(self, function):
        """What `function()` returns; a socket that it makes is in the namespace."""

        def entered():
            _check(_libc.setns(self._fd, CLONE_NEWNET))
            return function()

        return _in_thread(entered)

    def close(self):
        os.close(self._fd)


def _make():
    _check(_libc.unshare(CLONE_NEWNET))
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _check(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _in_thread(function):
    """A thread takes the namespace that it enters along to its end."""
    outcome = []

    def run():
        try:
            outcome.append((function(), None))
        except OSError as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    value, error = outcome[0]
    if error:
        raise error
    return value
