# SPDX-License-Identifier: BSD-3-Clause
"""What a scenario needs from the machine, read from its own text, and what this machine has.

A scenario whose needs are not met is skipped and counted, with the reason.
"""

import functools
import os
import re
import shutil
import socket
import subprocess

TOOLS = ("curl", "cpio", "unshare", "mkfifo", "mknod")
SHELLS = ("sh", "bash")
MOUNTING = re.compile(r'"image", "(exec|shell)"|\bunshare\b')
X86_64 = re.compile(r"x86_64|amd64|f0VMRgIB")  # the last is how a 64-bit ELF file begins in base64
IPV6 = re.compile(r'"host": "[^"]*:|//\[::1\]')


def unmet(vector):
    """The first need that this machine does not meet, as a reason; None if it has everything."""
    if vector.kind != "steps":
        return None
    if not is_root():
        return "needs root"
    if X86_64.search(vector.text) and os.uname().machine != "x86_64":
        return "needs x86_64"
    if MOUNTING.search(vector.text) and not can_mount():
        return "needs the right to mount"
    if IPV6.search(vector.text) and not has_ipv6():
        return "needs IPv6 on the loopback interface"
    for tool in TOOLS:
        if tool in vector.text and mentions(vector.data, tool) and not shutil.which(tool):
            return f"needs {tool}"
    return None


def mentions(scenario, tool):
    """Whether a step or a script of the scenario runs a tool by name."""
    commands = list(scenario.get("bin", {}).values())
    for step in scenario["steps"]:
        argv = step.get("run", [""])
        commands.append(" ".join(argv) if argv[0] in SHELLS else argv[0])
    word = re.compile(rf"(?<![\w./-]){tool}(?![\w.-])")
    return any(word.search(command) for command in commands)


def is_root():
    return os.geteuid() == 0


@functools.cache
def can_mount():
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return shutil.which("unshare") is not None and subprocess.run(probe, capture_output=True, check=False).returncode == 0


@functools.cache
def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
        return True
    except OSError:
        return False
