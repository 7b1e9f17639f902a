# SPDX-License-Identifier: BSD-3-Clause
"""A private wwd under strace, for the tests that look at single system calls, or kill it at one."""

import os
import shutil
import subprocess

from daemon import BIN


def traced(site, log, *options, words, prefix=()):
    """wwctl with these words, whose wwd strace runs with these options. wwctl finds it through a folder of its own."""
    folder = site.path("traced")
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(f"{folder}/wwctl"):
        shutil.copy(f"{BIN}/wwctl", f"{folder}/wwctl")
    with open(f"{folder}/wwd.new", "w", encoding="utf-8") as f:
        f.write(f'#!/bin/sh\nexec strace -f -qq -o {log} {" ".join(options)} {os.path.realpath(BIN)}/wwd "$@"\n')
    os.chmod(f"{folder}/wwd.new", 0o755)
    os.rename(f"{folder}/wwd.new", f"{folder}/wwd")
    command = [*prefix, f"{folder}/wwctl", "--warewulfconf", site.config, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def kill_at(call, occurrence):
    """Options that kill it on entering a call for the n-th time."""
    return f"-e trace={call}", f"-e inject={call}:signal=KILL:when={occurrence}"
