# SPDX-License-Identifier: BSD-3-Clause
"""A child process that never outlives us: started in a session of its own (Ctrl-C reaches only us),
killed by the kernel should we die, and stopped by its id, never by name."""

import ctypes
import os
import signal
import subprocess

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


class Process:
    """`log` takes stdout and stderr; without it stdout is a pipe (`stdout`) and stderr follows it."""

    def __init__(self, argv, log=None, env=None):
        self.argv = argv
        self.log = log
        out = open(log, "wb") if log else subprocess.PIPE
        self._child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        if log:
            out.close()

    @property
    def pid(self):
        return self._child.pid

    @property
    def stdout(self):
        return self._child.stdout

    def running(self):
        return self._child.poll() is None

    def exit_status(self, timeout=None):
        """Waits for the end. None if it did not come within `timeout` seconds."""
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number):
        if self.running():
            os.kill(self.pid, number)

    def stop(self, grace=5.0):
        """SIGTERM, and after `grace` seconds SIGKILL."""
        self.signal(signal.SIGTERM)
        if self.exit_status(grace) is None:
            self.signal(signal.SIGKILL)
            self.exit_status()
        if self._child.stdout:
            self._child.stdout.close()

    def output(self):
        """What went to `log` so far."""
        with open(self.log, "rb") as f:
            return f.read().decode(errors="replace")
