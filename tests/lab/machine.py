# SPDX-License-Identifier: BSD-3-Clause
"""Machine: one virtual node. Its serial console is read line by line as it happens, each line with the
seconds since power-on, and can be waited for."""

import os
import queue
import re
import shutil
import threading
import time
from dataclasses import dataclass

from .process import Process

# Firmware draws with these; tests want text.
_ESCAPES = re.compile(r"\x1b\[[0-9;?=]*[A-Za-z]|\x1b[cM78]|[\x00-\x08\x0e-\x1a]")


class MachineError(Exception):
    """A line that was waited for did not come. The text ends with the console's last lines."""


@dataclass(frozen=True)
class Board:
    """What a Machine is: QEMU's program, and the processor and firmware it is given."""

    program: str
    options: tuple

    @staticmethod
    def with_flash(program, options, code, variables):
        """It boots by its firmware's own PXE, not by a ROM."""
        flash = "if=pflash,format=raw"
        return Board(
            program,
            (
                *options,
                *("-drive", f"{flash},unit=0,readonly=on,file={code}"),
                *("-drive", f"{flash},unit=1,file={variables}"),
                *("-global", "virtio-net-pci.romfile="),
            ),
        )


BIOS = Board("qemu-system-x86_64", ("-machine", "pc,graphics=off", "-cpu", "max"))
AAVMF = "/usr/share/AAVMF"


def uefi(folder):
    """x86_64 with OVMF (package ovmf), its variables in `folder`."""
    variables = shutil.copy("/usr/share/OVMF/OVMF_VARS_4M.fd", f"{folder}/vars.fd")
    options = ("-machine", "q35", "-vga", "none", "-cpu", "max")
    return Board.with_flash("qemu-system-x86_64", options, "/usr/share/OVMF/OVMF_CODE_4M.fd", variables)


def why_not_aarch64():
    """Why no machine with aarch64 can be made here, or None."""
    if not shutil.which("qemu-system-aarch64"):
        return "qemu-system-aarch64 is missing (package qemu-system-arm)"
    if not os.path.exists(f"{AAVMF}/AAVMF_CODE.fd"):
        return "the firmware for aarch64 is missing (package qemu-efi-aarch64)"
    return None


def aarch64(folder):
    """aarch64 with AAVMF, its variables in `folder`. "-cpu max" would sign pointers, which is slow to emulate."""
    variables = shutil.copy(f"{AAVMF}/AAVMF_VARS.fd", f"{folder}/vars-aarch64.fd")
    options = ("-machine", "virt", "-cpu", "cortex-a57")
    return Board.with_flash("qemu-system-aarch64", options, f"{AAVMF}/AAVMF_CODE.fd", variables)


class Machine:
    """`on_line(seconds, text)` is called for each line, from the reader's thread."""

    def __init__(self, lab, name, tap, hwaddr, memory, cpus=1, on_line=None, board=BIOS, extra=()):
        self.name = name
        self.lines = []  # (seconds, text), written by the reader's thread only
        self._on_line = on_line
        self._news = queue.SimpleQueue()
        self._started = time.monotonic()
        self._process = Process(
            lab.inside(
                [
                    board.program,
                    "-accel", "tcg,thread=multi",
                    *board.options,
                    "-smp", str(cpus),
                    "-m", str(memory),
                    "-display", "none",
                    "-monitor", "none",
                    "-serial", "stdio",
                    "-no-reboot",
                    "-boot", "n",
                    "-device", f"virtio-net-pci,netdev=n0,mac={hwaddr},bootindex=1",
                    "-netdev", f"tap,id=n0,ifname={tap},script=no,downscript=no",
                    "-object", "rng-random,id=rng0,filename=/dev/urandom",
                    "-device", "virtio-rng-pci,rng=rng0",
                    *extra,
                ]
            )  # fmt: skip
        )
        self._log = open(f"{lab.folder}/{name}.console.log", "w", buffering=1)
        self._reader = threading.Thread(target=self._read, name=f"{name} console", daemon=True)
        self._reader.start()

    def _read(self):
        rest = b""
        fd = self._process.stdout.fileno()
        while True:
            try:
                chunk = os.read(fd, 65536)
            except OSError:
                chunk = b""
            if not chunk:
                break
            *whole, rest = re.split(rb"[\r\n]+", rest + chunk)
            for line in whole:
                self._line(line)
        if rest:
            self._line(rest)
        self._news.put(None)

    def _line(self, raw):
        text = _ESCAPES.sub("", raw.decode(errors="replace")).rstrip()
        if not text.strip():
            return
        seconds = time.monotonic() - self._started
        self.lines.append((seconds, text))
        self._log.write(f"{seconds:7.2f} {text}\n")
        if self._on_line:
            self._on_line(seconds, text)
        self._news.put(True)

    def wait_for(self, pattern, seconds, start=0):
        """The match of the first line, from the `start`th on, in which `pattern` is found.
        Raises MachineError after `seconds`, or when the machine has ended without it."""
        wanted = re.compile(pattern)
        end = time.monotonic() + seconds
        seen, ended = start, False
        while True:
            while seen < len(self.lines):
                match = wanted.search(self.lines[seen][1])
                seen += 1
                if match:
                    return match
            left = end - time.monotonic()
            if ended or left <= 0:
                why = "the machine ended" if ended else f"not within {seconds} s"
                raise MachineError(f"{self.name}: no line with '{pattern}' ({why}). Last lines:\n{self.tail()}")
            try:
                ended = self._news.get(timeout=left) is None
            except queue.Empty:
                pass

    def text(self):
        return "\n".join(text for _, text in self.lines)

    def tail(self, count=30):
        return "\n".join(f"{seconds:7.2f} {text}" for seconds, text in self.lines[-count:])

    def running(self):
        return self._process.running()

    def exit_status(self, timeout=None):
        return self._process.exit_status(timeout)

    def stop(self):
        self._process.stop()
        self._reader.join(5)
        self._log.close()
