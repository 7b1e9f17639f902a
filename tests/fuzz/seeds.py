# SPDX-License-Identifier: BSD-3-Clause
"""Where fuzzing starts: the inputs of the vectors, one file each."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import tarfile

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


def manifest():
    blob = {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:" + "a" * 64, "size": 1}
    arm = {**blob, "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}, "annotations": {"org.opencontainers.image.ref.name": "9"}}
    rootfs = {"type": "layers", "diff_ids": ["sha256:" + "b" * 64]}
    for document in (
        {"schemaVersion": 2, "manifests": [arm]},
        {"schemaVersion": 2, "config": blob, "layers": [blob]},
        {"os": "linux", "architecture": "arm64", "created": "2026-01-01T00:00:00Z", "rootfs": rootfs},
    ):
        yield json.dumps(document).encode()
    yield b"linux/arm64/v8"


def decompress():
    text = b"text " * 100
    for packed in (text, gzip.compress(text, mtime=0) * 2 + b"\0" * 16, bz2.compress(text), lzma.compress(text)):
        yield b"\x01" + packed


def architecture():
    yield b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e" + bytes(45)
    yield b"MZ" + bytes(58) + b"\x40\x00\x00\x00" + b"PE\x00\x00\x64\xaa"
    yield bytes(56) + b"ARM\x64" + bytes(8)
    yield bytes(0x202) + b"HdrS\x0f\x02" + bytes(46) + b"\x01\x00"


def layer():
    """One of each kind of entry, in each of the formats, and names that lead elsewhere."""
    names = ["dir/a", "../out", "/abs", "up/x", "inner/y", ".wh.dir", "dir/.wh..wh..opq", "out"]
    kinds = (tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        for name in names + ["long/" * 30 + "x"] * (form != tarfile.USTAR_FORMAT):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w", format=form) as tar:
                for kind in kinds:
                    entry = tarfile.TarInfo(name if kind != tarfile.LNKTYPE else "link")
                    entry.type, entry.linkname, entry.size = kind, name, 4 if kind == tarfile.REGTYPE else 0
                    if form == tarfile.PAX_FORMAT:
                        entry.pax_headers = {"SCHILY.xattr.user.n": "v", "mtime": "1.5"}
                    tar.addfile(entry, io.BytesIO(b"text"))
            yield out.getvalue()


SEEDS = {
    "template": template,
    "yaml": yaml,
    "upgrade": upgrade,
    "request": request,
    "cpio": cpio,
    "gunzip": gunzip,
    "manifest": manifest,
    "decompress": decompress,
    "layer": layer,
    "architecture": architecture,
}


def write(name, folder):
    os.makedirs(folder, exist_ok=True)
    for data in SEEDS[name]():
        with open(f"{folder}/{hashlib.sha1(data).hexdigest()}", "wb") as f:
            f.write(data)
