# SPDX-License-Identifier: BSD-3-Clause
"""A disk that forgets: what may be found on it after the power failed, whatever the file system.

What a file holds is safe once the file is synced, and a name once its folder is. Of all the rest any part may have come
to the disk, in any order: names without contents, sizes without bytes (which then read as zeros), half a write. What is
assumed: a change of one name, and a rename, happen as a whole or not at all, and changes of one name in their order.

So many parts of a long log are lost or kept in so many ways that not all are tried; `Disk.states()` says which.
"""

import hashlib
import itertools

MANY = 4  # pending changes of one file of which every subset is tried
PIECES = 3  # parts in which a write may come to the disk


def changed(data, step):
    """A file's bytes after one step of those that change bytes."""
    if step.call == "write":
        data = data.ljust(step.at, b"\0")
        return data[: step.at] + step.data + data[step.at + len(step.data) :]
    if step.call == "enlarge":
        return data.ljust(step.at, b"\0")
    return data[: step.at].ljust(step.at, b"\0")


class File:
    def __init__(self, data=b""):
        self.safe = data
        self.pending = []

    def after(self, steps):
        data = self.safe
        for step in steps:
            data = changed(data, step)
        return data

    @property
    def now(self):
        return self.after(self.pending)

    def sync(self):
        self.safe, self.pending = self.now, []

    def found(self):
        """What it may hold after a power failure."""
        steps = self.pending
        if len(steps) <= MANY:
            kept = [list(some) for n in range(len(steps) + 1) for some in itertools.combinations(steps, n)]
        else:
            kept = [steps[:n] for n in range(len(steps) + 1)] + [steps[:n] + steps[n + 1 :] for n in range(len(steps))]
        out = {self.after(some) for some in kept}
        if steps and steps[-1].call == "write":
            pieces = PIECES if len(steps) <= MANY else 2
            out.update(with_pieces(self.after(steps[:-1]), steps[-1], pieces))
        for n in range(1, len(steps) + 1):  # sizes alone
            out.add(self.safe[: len(self.after(steps[:n]))].ljust(len(self.after(steps[:n])), b"\0"))
        return out


def with_pieces(data, step, number):
    """`data` with some of the pieces of a write, each of which is on the disk or not."""
    size = -(-len(step.data) // number)
    pieces = [(step.at + n * size, step.data[n * size : (n + 1) * size]) for n in range(number)]
    end = max(len(data), step.at + len(step.data))
    for some in itertools.product((False, True), repeat=number):
        out = bytearray(data.ljust(end, b"\0"))
        for (at, piece), there in zip(pieces, some):
            if there:
                out[at : at + len(piece)] = piece
        yield bytes(out)


class Disk:
    """Folders are known by their names, files by FOLDER/FILE. A folder that was made is safe like any other name."""

    def __init__(self, files, folders):
        self.safe = {name: File(data) for name, data in files.items()}
        self.safe.update({folder: folder for folder in folders})
        self.pending = []  # changes of names: {name: File, or None}

    @property
    def names(self):
        return self.after(self.pending)

    def after(self, changes):
        names = dict(self.safe)
        for change in changes:
            names.update(change)
        return {name: file for name, file in names.items() if file is not None}

    def take(self, step):
        names = self.names
        if step.call == "create":
            if step.name not in names:
                self.pending.append({step.name: File()})
        elif step.call == "mkdir":
            self.pending.append({step.name: step.name})
        elif step.call == "rename":
            self.pending.append({step.name: None, step.to: names[step.name]})
        elif step.call == "exchange":
            self.pending.append({step.name: names[step.to], step.to: names[step.name]})
        elif step.call == "unlink":
            self.pending.append({step.name: None})
        elif step.call == "sync":
            self.sync(step.name, names)
        elif step.call != "tell":
            names[step.name].pending.append(step)

    def sync(self, name, names):
        if isinstance(names.get(name), File):
            return names[name].sync()
        for change in [c for c in self.pending if folder_of(next(iter(c))) == name]:
            self.safe.update(change)
            self.pending.remove(change)

    def states(self):
        """What may be found, each as {name: bytes}: one file, or the names, in every way, and the others all or nothing."""
        for names in self.names_found():
            names = self.reachable(names)
            files = {name: file for name, file in names.items() if isinstance(file, File)}
            dirty = [name for name, file in files.items() if file.pending]
            for most in dirty or [None]:
                ways = [
                    [(name, data) for data in (file.found() if name == most else {file.safe, file.now})]
                    for name, file in files.items()
                ]
                for one in itertools.product(*ways):
                    yield dict(one)

    def now(self):
        """What a program finds that is started after another one was killed."""
        return {name: file.now for name, file in self.names.items() if isinstance(file, File)}

    def names_found(self):
        """Of the pending changes each subset in which no later change of a name is without the earlier ones."""
        for some in itertools.product((False, True), repeat=len(self.pending)):
            kept = [change for change, there in zip(self.pending, some) if there]
            lost = set()
            for change, there in zip(self.pending, some):
                if not there:
                    lost.update(change)
                elif lost.intersection(change):
                    break
            else:
                yield self.after(kept)

    @staticmethod
    def reachable(names):
        return {name: file for name, file in names.items() if "/" not in name or folder_of(name) in names}


def folder_of(name):
    """That of a FOLDER/FILE; what holds the folders has no name."""
    return name.rpartition("/")[0]


def digest(state):
    sums = [f"{name} {len(data)} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(state.items())]
    return hashlib.sha256("\n".join(sums).encode("utf-8", "surrogateescape")).hexdigest()
