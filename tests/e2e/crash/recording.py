# SPDX-License-Identifier: BSD-3-Clause
"""What a program did to files, step by step, read from what strace wrote."""

import os
import re
from dataclasses import dataclass

CALLS = (
    "openat,creat,close,lseek,write,pwrite64,writev,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,"
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,sendto,sendmsg"
)
OPTIONS = ("-y", "-xx", "-s 4194304", f"-e trace={CALLS}")

LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)", re.DOTALL)
UNFINISHED = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
OPEN_FILE = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>(?:\(deleted\))?")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Step:
    """One change: create, mkdir, write, resize, sync, rename, exchange, unlink; or a word to somebody else: tell."""

    call: str
    name: str = ""  # FOLDER/FILE, or a FOLDER that is synced
    to: str = ""  # of a rename or exchange
    at: int = 0  # where a write begins, or the new size
    data: bytes = b""

    def __str__(self):
        return f"{self.call} {re.sub('[.][A-Za-z0-9]{6}$', '.*', self.name)}".strip()


def text_of(hexed):
    return bytes.fromhex(hexed.replace("\\x", "")).decode("utf-8", "surrogateescape")


def bytes_of(hexed):
    return bytes.fromhex(hexed.replace("\\x", ""))


def calls_of(log):
    """(name, arguments, result) of each call that did not fail, in the order they ended."""
    begun = {}
    with open(log, encoding="ascii", errors="replace") as f:
        for line in f:
            line = line.rstrip("\n")
            if half := UNFINISHED.match(line):
                begun[half[1]] = half[2]
                continue
            if half := RESUMED.match(line):
                line = f"{half[1]} {begun.pop(half[1])}{half[2]}"
            call = LINE.match(line)
            if call and int(call[4]) >= 0:
                yield call[2], call[3], int(call[4])


class Recorder:
    """`folders`: where a folder of the model lies. Files elsewhere, and those that `unseen` matches, are left out."""

    def __init__(self, folders, unseen):
        self.folders = {os.path.realpath(place): name for name, place in folders.items()}
        self.unseen = re.compile(unseen)
        self.places = {}  # where the next write goes, by number of the open file
        self.steps = []

    def name(self, path):
        """FOLDER/FILE; the FOLDER itself; None for a stranger."""
        path = os.path.normpath(path)
        if path in self.folders:
            return self.folders[path]
        folder, file = os.path.split(path)
        if folder not in self.folders or self.unseen.search(file):
            return None
        return f"{self.folders[folder]}/{file}"

    def add(self, call, path, **more):
        if (name := self.name(path)) is not None:
            self.steps.append(Step(call, name, **more))

    def take(self, call, words, result):
        opened = OPEN_FILE.match(words)
        paths = [text_of(path) for path in STRING.findall(words)] if call not in ("write", "pwrite64") else []
        if call == "openat":
            self.places[result] = 0
            if "O_CREAT" in words:
                self.add("create", paths[0])
            if "O_TRUNC" in words:
                self.add("resize", paths[0])
        elif call == "close" and opened:
            self.places.pop(int(opened[1]), None)
        elif call in ("write", "pwrite64") and opened:
            data = bytes_of(STRING.search(words)[1])[:result]
            number = int(opened[1])
            place = int(words.rpartition(",")[2]) if call == "pwrite64" else self.places.get(number, 0)
            if call == "write":
                self.places[number] = place + result
            self.add("write", text_of(opened[2]), at=place, data=data)
        elif call == "lseek" and opened:
            self.places[int(opened[1])] = result
        elif call == "ftruncate" and opened:
            self.add("resize", text_of(opened[2]), at=int(words.rpartition(",")[2]))
        elif call == "fallocate" and opened:
            offset, length = (int(word) for word in words.split(",")[-2:])
            self.add("enlarge", text_of(opened[2]), at=offset + length)
        elif call in ("fsync", "fdatasync") and opened:
            self.add("sync", text_of(opened[2]))
        elif call == "renameat2" and "RENAME_EXCHANGE" in words:
            if self.name(paths[0]):
                self.add("exchange", paths[0], to=self.name(paths[1]))
        elif call.startswith("rename"):
            if self.name(paths[0]):
                self.add("rename", paths[0], to=self.name(paths[1]))
        elif call.startswith("unlink"):
            self.add("unlink", paths[0])
        elif call.startswith("mkdir"):
            self.add("mkdir", paths[0])
        elif call.startswith("send"):
            self.steps.append(Step("tell"))
        elif any(self.name(path) for path in paths) or (opened and self.name(text_of(opened[2]))):
            raise AssertionError(f"the model knows no {call}({words[:200]})")


def steps_of(log, folders, unseen=r"-shm$"):
    """SQLite's -shm is unseen: it is made anew by whoever opens the journal first."""
    recorder = Recorder(folders, unseen)
    for call in calls_of(log):
        recorder.take(*call)
    return recorder.steps
