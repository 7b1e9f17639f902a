# SPDX-License-Identifier: BSD-3-Clause
"""What a folder, an archive or a single path holds, as plain values that compare with an expectation."""

import base64
import gzip
import os
import re
import stat

KINDS = {
    stat.S_IFDIR: "dir",
    stat.S_IFREG: "file",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFCHR: "char",
    stat.S_IFBLK: "block",
    stat.S_IFSOCK: "socket",
}
COMMENT = re.compile(r"\s*(#(?!!)|;|//)")
NEWC_HEADER = 110
NEWC_MAGICS = (b"070701", b"070702")


def content(site, data, how):
    """The fields that describe a file's bytes; `how` is full, nocomment, size or none."""
    if how == "none":
        return {}
    if how == "size":
        return {"size": len(data)}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(data).decode()}
    if how == "nocomment":
        lines = text.split("\n")
        text = "".join(f"{line}\n" for line in lines if line.strip() and not COMMENT.match(line))
    return {"text": site.hide(text)}


def entry(site, path, mode, owner, data, target, how):
    kind = KINDS.get(stat.S_IFMT(mode), "?")
    result = {"path": path, "type": kind, "mode": f"{stat.S_IMODE(mode):04o}", "uid": owner[0], "gid": owner[1]}
    if kind == "link":
        result["target"] = site.hide(target)
        del result["mode"]
    elif kind == "file":
        result.update(content(site, data, how))
    return result


def look(site, full, path, how):
    """The entry of one existing path of the file system, under the name `path`."""
    info = os.lstat(full)
    data = b""
    if stat.S_ISREG(info.st_mode):
        with open(full, "rb") as f:
            data = f.read()
    target = os.readlink(full) if stat.S_ISLNK(info.st_mode) else ""
    return entry(site, path, info.st_mode, (info.st_uid, info.st_gid), data, target, how)


def tree(site, top, how):
    """Everything below a folder, sorted by path; None if there is no such folder."""
    if not os.path.lexists(top):
        return None
    found = []
    for folder, folders, names in os.walk(top):
        for name in folders + names:
            full = os.path.join(folder, name)
            found.append(look(site, full, os.path.relpath(full, top), how))
    return sorted(found, key=lambda e: e["path"])


def cpio(site, data, how):
    """The members of a newc archive, gzip or not, sorted by path; {"error": ...} where it is broken."""
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        return sorted(newc_members(site, data, how), key=lambda e: e["path"])
    except (EOFError, OSError, ValueError) as error:
        return {"error": str(error)}


def newc_members(site, data, how):
    found, at, links = [], 0, {}
    while True:
        header = data[at : at + NEWC_HEADER]
        if header[:6] not in NEWC_MAGICS:
            raise ValueError(f"not newc at {at}")
        fields = [int(header[6 + 8 * i : 14 + 8 * i], 16) for i in range(13)]
        inode, mode, uid, gid, link_count, _, size = fields[:7]
        name_size = fields[11]
        name = data[at + NEWC_HEADER : at + NEWC_HEADER + name_size - 1].decode(errors="surrogateescape")
        at = (at + NEWC_HEADER + name_size + 3) & ~3
        body = data[at : at + size]
        if len(body) < size:
            raise ValueError(f"ends within {name}")
        at = (at + size + 3) & ~3
        if name == "TRAILER!!!":
            return found
        name = name.removeprefix("./")
        if name in (".", ""):
            continue
        if stat.S_ISREG(mode) and link_count > 1:  # newc carries the bytes with one of the names only
            links.setdefault(inode, []).append(len(found))
            if size:
                for other in links[inode][:-1]:
                    found[other].update(content(site, body, how))
        found.append(entry(site, name, mode, (uid, gid), body, body.decode(errors="replace"), how))
