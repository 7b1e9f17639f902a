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


def site_files(name, *groups):
    """The texts of a file of that name in the sites of these groups."""
    for group in groups:
        for vector in lines(group):
            for path, file in vector.get("site", {}).items():
                if path.endswith(name) and isinstance(file, dict) and "text" in file:
                    yield file["text"].encode()


def upgrade():
    yield from site_files("warewulf.conf", "store")
    yield from site_files("nodes.conf", "store")
    yield b"    n1: eth0.IPADDR = 10.0.0.1\n    n1: KARGS = \"quiet\"\nVNFS NAME  SIZE\na 1.0 x86_64 /a\n"


def request():
    steps = (step for vector in lines("http") for step in vector["steps"])
    return (step["http"]["path"].encode() for step in steps if "http" in step)


def calls():
    return (step["http"] for vector in lines("api") for step in vector["steps"] if "http" in step)


def call_head():
    yield b"/api/nodes/n1?force=yes&path=a%2Fb\nBasic b3BzOng="
    tags = b'W/"0123456789abcdef-1", "a,b" , *\n*'
    yield b"/api/nodes/n1\nBearer wwd_0\n" + tags + b"\nnode set --comment=%C3%A4%0A%25 n1\n18f-3\napplication/json; charset=utf-8\n*/*"
    yield b"/api/status/events?node=n[1-3]\n\n\"0123456789abcdef\"\n\"\n%\nffffffffffffffff-ffffffffffffffff"
    yield from (call["path"].encode() for call in calls())


def call_body():
    for body in (call.get("body") for call in calls()):
        if body is not None:
            yield (body if isinstance(body, str) else json.dumps(body)).encode()


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


def pieces():
    """Entries, each what it is, its length and its content: own and shared ones, none, long ones, and one that is cut."""
    own, shared = b"\x00\x05hello", b"\x01\x06common"
    yield from (b"", own + shared + own, shared + shared, b"\x01\x00" + own, b"\x71\x10" + b"text " * 410 + own, b"\x73\xff" + bytes(range(256)) * 8)


def url():
    yield from (b"https://bmc:8443/redfish/v1/?a=b", b"http://[fd00::1]/x", b"/redfish/v1/Systems/1#x", b"sha256:" + b"0" * 64)


def fetch_reply():
    """Answers as management controllers give them: with each way to end, before it, and elsewhere."""
    for head, body in (
        ("200 OK\r\nContent-Length: 2", "{}"),
        ("200 OK\r\nTransfer-Encoding: chunked", "1;a=b\r\n{\r\n1\r\n}\r\n0\r\nA: b\r\n\r\n"),
        ("200 OK\r\nConnection: close", "{}"),
        ("204 No Content", ""),
        ("308 Moved\r\nLocation: /redfish/v1/Systems\r\nContent-Length: 0", ""),
        ("302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0", ""),
        ("100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0", ""),
        ("401 Unauthorized\r\nContent-Length: 99999999999999999999", ""),
    ):
        yield f"HTTP/1.1 {head}\r\n\r\n{body}".encode()
    yield b"HTTP/1.0 200\r\n\r\n{}"


def redfish():
    limits = {"LowerCritical": {"Reading": 1}, "UpperFatal": {"Reading": 9.5}}
    for document in (
        {"Name": "Fan", "Reading": 5400, "ReadingUnits": "RPM", "Status": {"State": "Enabled", "Health": "OK"}, "Thresholds": limits},
        {"Temperatures": [{"Name": "T", "ReadingCelsius": 1}], "Fans": [{"FanName": "F", "Reading": 1}], "Voltages": [{"Name": "V"}]},
        {"Members": [{"@odata.id": "/redfish/v1/Systems/1"}], "Links": {"Chassis": [{"@odata.id": "/redfish/v1/Chassis/1"}]}},
        {"SerialConsole": {"SSH": {"ServiceEnabled": True, "Port": 22}}, "ResetType@Redfish.AllowableValues": ["On"]},
        {"Parameters": [{"Name": "ResetType", "AllowableValues": ["On", "PowerCycle"]}]},
        {"error": {"message": "m", "@Message.ExtendedInfo": [{"MessageId": "Base.1.8.X", "Message": "M", "Resolution": "R"}]}},
    ):
        yield json.dumps(document).encode()


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


def http():
    """Requests, alone and after each other, with each way to give a body its length."""
    targets = [step["http"]["path"] for vector in lines("http") for step in vector["steps"] if "http" in step]
    for target in targets[:40]:
        yield f"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    plain = b"GET /a HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\nIf-None-Match: \"a\"\r\n\r\n"
    chunked = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n0\r\nA: b\r\n\r\n"
    expects = b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
    yield from (plain + plain, chunked, chunked + plain, expects, plain.replace(b"1-2", b"-5"), plain.replace(b"1.1", b"1.0"))


def front_wire():
    """The frames without fields, and an ask, an answer and a failure, as daemon/link/wire.h describes them."""

    def frame(kind, fields=b""):
        return (len(fields) + 1).to_bytes(4, "little") + bytes([kind]) + fields

    text = b"\x04\0\0\0text"
    yield from (b"\0" + frame(3), b"\0" + frame(7) + frame(7), b"\0" + frame(4, text), b"\0" + frame(8, text * 2))
    yield b"\0" + frame(2, bytes(4) + bytes(8) + b"\1")
    yield from (bytes([fds]) + frame(kind, bytes(60)) for kind in (1, 5, 6, 11, 12) for fds in (0, 1))
    yield from (b"\0" + frame(13, bytes(4)), b"\0" + frame(14, bytes(8)), b"\1" + frame(12, bytes(4) + b"\1" + b"\1" + bytes(7)))
    path = b"\2\0\0\0" + b"\3\0\0\0api" + text
    yield b"\0" + frame(11, bytes(4) + b"\1" + path + b"\1\0\0\0" + text * 2 + text * 8 + bytes(2) + b"\1" + bytes(8))


def access():
    """What says who somebody is; the first byte says what it is."""
    user = '  - name: ops\n    password hash: "$2b$04$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq"\n'
    token = 'ci\toperator\timage,node\t"root"\t1700000000\t0\t0\t' + "a" * 64 + "\n"
    headers = ("Basic b3BzOndoZWF0LWZsb3Vy", "basic eWFuOm9hdDptZWFs", "Bearer wwd_" + "0" * 64, "Basic b3BzOg==")
    files = (f"users:\n{user}    role: operator\n", f"users:\n{user}{user}", "users: []\n", "users:\n  - &a {name: x}\n  - *a\n")
    tokens = (f"wwd tokens {rest}" for rest in ("1\n", f"1\n{token}", "2\n", f"1\n{token}{token}"))
    for kind, texts in (("h", headers), ("a", files), ("t", tokens)):
        yield from ((kind + text).encode() for text in texts)


def renders():
    """What a template made, what it read, which files it looked at, as overlay/renders/codec.h and render/inputs.h write them."""

    def text(value):
        return bytes([len(value)]) + value

    def output(name, content, target=b""):
        return text(name) + text(content) + bytes([1 if target else 0]) + text(target)

    yield b"\1\1\2" + output(b"", b"plain\n") + output(b"link", b"", b"/etc") + b"\1" + text(b"warning")
    yield b"\2\1\0\7" + text(b"Comment") + b"\3\0\1" + text(b"AllNodes") + b"\5\0\0\1\2" + text(b"Id")
    yield b"\2\0\0" + text(b"/etc/motd") + b"\1\1\2\3\4\5" + b"\2" + text(b"/chroots/a/rootfs") + text(b"/etc/os") + b"\0"


def api_json():
    names = {"names": ["n1"], "dry_run": True}
    edit = {"values": {"comment": "a"}, "lists": {"profiles": ["default"]}, "tags": {"a": "b"}, "entries": {"net": "default"}}
    for document in (
        {},
        names,
        {**names, "edit": edit},
        {"text": "n1: {}", "source": "f", "merge": True},
        {"reply": {"summary": "s", "added": 1, "hints": {"a": "b"}}},
        {"problem": {"code": "not-found", "message": "m"}},
        {"note": {"text": "n"}},
    ):
        yield json.dumps(document).encode()


def api_wire():
    yield b"POST /wwd/v1/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 5\r\n\r\n"


def hostlist():
    yield from (b"n1", b"n[1-3,05]", b"r[1-2]n[01-10],x", b"n[9-1]", b"n[1-", b"a,,b", b"n[000001-1000000]", b"n[1-2]-ib[0-1]", b"n[00001000100100100000012000012]")


def splice():
    for text in {*site_files("nodes.conf", "store", "cli", "render")}:
        yield from (bytes([choice]) + text for choice in range(4))


def config():
    return site_files("warewulf.conf", "store")


def excludes():
    for patterns in ("boot/*", "*.rpm\n/var/cache/", "[a-z]?/\\*", "[^a-\\]]", "**/x", "[]", "a" * 40 + "*" * 40):
        yield from (f"{patterns}\n\n{path}".encode() for path in ("boot/vmlinuz", "var/cache", "a" * 40))


def packages():
    stanza = "Package: {}\nStatus: {}\nMulti-Arch: same\nArchitecture: amd64\nVersion: {}\n Package: x\n"
    installed, removed = "install ok installed", "deinstall ok config-files"
    yield (stanza.format("bash", installed, "5.2-1") + "\n" + stanza.format("libc6", removed, "2.36")).encode()
    yield (stanza.format("", installed, "") + "\n\n\n" + stanza.format("a:b", installed, "1") * 2).encode()


def version():
    yield b"vmlinuz-5.14.0-427.24.1.el9_4.x86_64\nvmlinuz-6.1.0-18-amd64\ninitramfs-6.01.0.img"
    yield b"linux-6.1\nlinux-6.10.2-rc1\nlinux-6.9.99999999999999999999"


def journal():
    yield b"one\ntwo\n" * 20 + b"\0\xff"
    before, after = b"nodes: {}\n", b"nodes:\n  n1: {}\n"
    digest = hashlib.sha256(before + after).hexdigest().encode()
    yield b"wwd-recovery 1 %d %d %s\n" % (len(before), len(after), digest) + before + after


def attributes():
    yield b"# file: bin/ping\nsecurity.capability=0x0100000200200000000000000000000000000000\n\n"
    yield b"# file: a\\040b\nuser.x=0x\nuser.\\075=0x00ff\n\n# file: c\n# remark\nuser.y=0x41\n"


def command_line():
    yield from (b"quiet wwid=02:00:00:00:00:01 ro\n", b"wwid=[eth0]", b"xwwid=1 wwid", b"wwid= wwid=2")


SEEDS = {
    "template": template,
    "yaml": yaml,
    "upgrade": upgrade,
    "request": request,
    "call_head": call_head,
    "call_body": call_body,
    "cpio": cpio,
    "gunzip": gunzip,
    "pieces": pieces,
    "manifest": manifest,
    "redfish": redfish,
    "fetch_reply": fetch_reply,
    "url": url,
    "decompress": decompress,
    "layer": layer,
    "architecture": architecture,
    "attributes": attributes,
    "http": http,
    "access": access,
    "front_wire": front_wire,
    "renders": renders,
    "api_json": api_json,
    "api_wire": api_wire,
    "hostlist": hostlist,
    "splice": splice,
    "journal": journal,
    "config": config,
    "excludes": excludes,
    "packages": packages,
    "version": version,
    "command_line": command_line,
}


def write(name, folder):
    os.makedirs(folder, exist_ok=True)
    for data in SEEDS[name]():
        with open(f"{folder}/{hashlib.sha1(data).hexdigest()}", "wb") as f:
            f.write(data)
