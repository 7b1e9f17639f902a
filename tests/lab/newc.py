# SPDX-License-Identifier: BSD-3-Clause
"""cpio archives ("newc") as lists of entries. Independent of the code under test, so without its mistakes."""

from dataclasses import dataclass


@dataclass
class Entry:
    path: str
    mode: int  # type and permissions, as st_mode
    data: bytes = b""  # content of a file, target of a link
    uid: int = 0
    gid: int = 0


def pack(entries):
    out = b""
    for number, entry in enumerate([*entries, Entry("TRAILER!!!", 0)]):
        name = entry.path.encode() + b"\0"
        fields = [number, entry.mode, entry.uid, entry.gid, 1, 1000, len(entry.data), 0, 0, 0, 0, len(name), 0]
        out += b"070701" + b"".join(b"%08x" % field for field in fields) + name
        out += b"\0" * (-len(out) % 4)
        out += entry.data + b"\0" * (-len(entry.data) % 4)
    return out


def unpack(data):
    """Without hard links: the overlays have none."""
    entries, at = [], 0
    while True:
        assert data[at : at + 6] == b"070701", f"no newc header at {at}"
        fields = [int(data[at + 6 + 8 * i : at + 14 + 8 * i], 16) for i in range(13)]
        _, mode, uid, gid, _, _, size, _, _, _, _, name_size, _ = fields
        name = data[at + 110 : at + 110 + name_size - 1].decode()
        at = (at + 110 + name_size + 3) & ~3
        if name == "TRAILER!!!":
            return entries
        entries.append(Entry(name.removeprefix("./"), mode, data[at : at + size], uid, gid))
        at = (at + size + 3) & ~3
