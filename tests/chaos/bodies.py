# SPDX-License-Identifier: BSD-3-Clause
"""What the daemon may answer: each check gets a body and the times of its request, and returns what is wrong with it, or
None. A body proves by its content that it is whole, of one making, and neither stale nor from the future."""

import re

from scene import IMAGE_LINES, NODES, PAYLOAD_LINES, hwaddr, name  # first: it says where the next is found

from lab import newc

SCRIPT = re.compile(r"#!ipxe\nid=(\S+)\nrev=(\S+)\n(?:echo a line that makes it longer\n){40}end=(\S+)\n")


def script(book, number, body, begin, end):
    match = SCRIPT.fullmatch(body.decode(errors="replace"))
    if not match or match[1] != name(number) or match[2] != match[3]:
        return f"half or foreign script: {body[:80]!r}...{body[-80:]!r}"
    return value(book, name(number), match[2], begin, end)


def system_overlay(book, number, body, begin, end):
    files, wrong = unpacked(body)
    if wrong:
        return wrong
    if sorted(files) != ["etc/first", "etc/payload"]:
        return f"the overlay holds {sorted(files)}"
    identity, _, revision = files["etc/first"].decode().strip().partition(" ")
    if identity != name(number):
        return f"the overlay of {identity} instead of {name(number)}"
    return value(book, name(number), revision, begin, end) or generation(
        book, "overlay", files["etc/payload"], PAYLOAD_LINES, begin, end
    )


def runtime_overlay(book, _, body, begin, end):
    files, wrong = unpacked(body)
    if wrong:
        return wrong
    lines = files.get("etc/everybody", b"").decode().splitlines()
    if len(lines) != NODES + 1 or lines[-1] != "the end":
        return f"{len(lines)} lines about {NODES} nodes, the last {lines[-1:]}"
    for number, line in enumerate(lines[:-1]):
        identity, _, revision = line.partition(" ")
        if identity != name(number):
            return f"line {number} is about {identity}"
        if wrong := value(book, identity, revision, begin, end):
            return wrong
    return None


def image(book, _, body, begin, end):
    files, wrong = unpacked(body)
    if wrong:
        return wrong
    if sorted(files) != ["etc/generation", "etc/payload"]:
        return f"the image holds {sorted(files)}"
    wrong = generation(book, "image", files["etc/payload"], IMAGE_LINES, begin, end)
    if not wrong and files["etc/payload"][:8] != b"%08d" % int(files["etc/generation"]):
        return "an image of two generations"
    return wrong


def nobody(number, body):
    """The script for who is not known."""
    return body.decode(errors="replace").strip() == f"nobody {hwaddr(number)}"


def unpacked(body):
    """The files of an archive by name; or what is wrong."""
    try:
        return {entry.path: entry.data for entry in newc.unpack(body) if entry.mode & 0o170000 == 0o100000}, None
    except (AssertionError, ValueError, IndexError, UnicodeDecodeError) as error:
        return None, f"{len(body)} bytes that are no whole archive: {error}"


def generation(book, register, data, lines, begin, end):
    line = data[:9]
    if data != line * lines:
        return f"half a file: {len(data)} bytes of {9 * lines}, {line!r}...{data[-9:]!r}"
    return value(book, register, str(int(line)), begin, end)


def value(book, register, found, begin, end):
    allowed = book[register].allowed(begin, end)
    if found in allowed:
        return None
    return f"{register} is {found}, which it cannot be: only {', '.join(sorted(set(allowed)))}"
