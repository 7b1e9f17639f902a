# SPDX-License-Identifier: BSD-3-Clause
"""Where fuzzing starts: the inputs of the vectors, one file each."""

import gzip
import hashlib
import json
import os

VECTORS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "vectors")


def lines(group):
    for folder, _, names in os.walk(f"{VECTORS}/{group}"):
        for name in sorted(names):
            if name.endswith(".jsonl"):
                with open(f"{folder}/{name}", encoding="utf-8") as f:
                    yield from (json.loads(line) for line in f)


def template():
    return (vector["tmpl"].encode() for vector in lines("tmpl"))


def yaml():
    return (vector["yaml"].encode() for vector in lines("yaml"))


def upgrade():
    files = (text for vector in lines("store") for text in vector.get("site", {}).values())
    yield from (text.encode() for text in files if isinstance(text, str))
    yield b"    n1: eth0.IPADDR = 10.0.0.1\n    n1: KARGS = \"quiet\"\nVNFS NAME  SIZE\na 1.0 x86_64 /a\n"


def request():
    steps = (step for vector in lines("http") for step in vector["steps"])
    return (step["http"]["path"].encode() for step in steps if "http" in step)


def cpio():
    """Archives of a few entries, made here: no vector holds one."""
    for members in ([], [("a", 0o100644, b"text")], [("d", 0o40755, b""), ("d/l", 0o120777, b"../a"), ("x", 0o20600, b"")]):
        yield b"".join(member(*fields) for fields in [*members, ("TRAILER!!!", 0, b"")])


def member(name, mode, data):
    fields = [1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    header = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    return b"".join(part + b"\0" * (-len(part) % 4) for part in (header, data))


def gunzip():
    packed = gzip.compress(b"text " * 100, mtime=0)
    yield from (packed, packed + packed, packed[:-4], packed + b"\0" * 16, gzip.compress(b"\0" * 2_000_000, mtime=0))


SEEDS = {"template": template, "yaml": yaml, "upgrade": upgrade, "request": request, "cpio": cpio, "gunzip": gunzip}


def write(name, folder):
    os.makedirs(folder, exist_ok=True)
    for data in SEEDS[name]():
        with open(f"{folder}/{hashlib.sha1(data).hexdigest()}", "wb") as f:
            f.write(data)
