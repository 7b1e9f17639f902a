# SPDX-License-Identifier: BSD-3-Clause
"""Small root file systems whose programs really run: busybox, bash with its libraries, and one program of another machine."""

import os
import re
import shutil
import struct
import subprocess

WORDS = (
    "cat chmod chown df echo env hostname id kill ls mkdir mknod mount mv ps readlink rm rmdir sh sleep stat stty sync "
    "touch true tty umount uname"
).split()


def busybox_root(root):
    """A root with the usual programs, all of them one that needs no library."""
    for folder in ("bin", "dev", "proc", "sys", "run", "tmp", "etc", "opt"):
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    shutil.copy(shutil.which("busybox"), f"{root}/bin/busybox")
    for word in WORDS:
        os.symlink("busybox", f"{root}/bin/{word}")
    return root


def add_program(root, program):
    """A program of this machine with the libraries it needs, at their paths."""
    libraries = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    for path in [program, *re.findall(r"(/\S+) \(", libraries)]:
        os.makedirs(root + os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.realpath(path), root + path)


def aarch64_program(text):
    """An ELF file for aarch64 that writes `text` and ends. Source: elf(5); Arm ARM C6 (MOVZ, ADR, SVC)."""

    def movz(register, value):
        return 0xD2800000 | value << 5 | register

    svc = 0xD4000001
    code_at, base = 64 + 56, 0x400000
    words = [movz(0, 1), 0, movz(2, len(text)), movz(8, 64), svc, movz(0, 0), movz(8, 93), svc]
    distance = 4 * len(words) - 4  # from the ADR to the text behind the code
    words[1] = 0x10000000 | (distance & 3) << 29 | (distance >> 2) << 5 | 1
    body = struct.pack(f"<{len(words)}I", *words) + text
    size = code_at + len(body)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = ident + struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, base + code_at, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000)
    return header + segment + body
