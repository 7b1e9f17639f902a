# SPDX-License-Identifier: BSD-3-Clause
"""A clock that jumps for wwd alone: libfaketime, if it is installed, reads how far it is off from a file. Only the time of
day is moved, as on a machine whose clock is set."""

import glob
import os
import re
import subprocess

LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"


class Clock:
    """`reason` says why it cannot jump."""

    def __init__(self, file, program):
        self._file = file
        library = next(iter(glob.glob(LIBRARY)), None)
        self.reason = None if library else "libfaketime is not installed"
        self.environment = {}
        if library:
            self.set(0)
            self.environment = {
                "LD_PRELOAD": " ".join([*sanitizers(program), library]),
                "FAKETIME_TIMESTAMP_FILE": file,
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_DISABLE_SHM": "1",
                "NO_FAKE_STAT": "1",
            }

    def set(self, seconds):
        with open(f"{self._file}.new", "w", encoding="ascii") as f:
            f.write(f"{seconds:+d}\n")
        os.rename(f"{self._file}.new", self._file)


def sanitizers(program):
    """What wants to be loaded before anything else."""
    libraries = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"=> (\S*/lib[at]san\S*)", libraries)
