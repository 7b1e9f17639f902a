# SPDX-License-Identifier: BSD-3-Clause
"""Includes go down: a layer includes only itself and the layers its row of server/README.md allows.

Headers moreover show no third-party types, except for fmt, smart pointers, and Asio where connections live.
"""

import re

import source
import tree
from tree import Finding

TABLE = "server/README.md"
PICTURE = "ARCHITECTURE.md"
ROW = re.compile(r"^\|\s*`(\w+)`\s*\|\s*([^|]*)\|")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
ALLOWED_IN_HEADERS = ("fmt/", "boost/smart_ptr/", "sys/", "netinet/", "arpa/", "linux/", "net/")
EXCUSE = "lint: third_party, "  # and the reason, in a comment of a header that only few sources share
ASIO_LAYERS = ("http", "daemon")
CLIENT = "overlays/wwclient/client/"


def read_table(text):
    """layer -> the layers it may include."""
    rows = {}
    for line in text.splitlines():
        if match := ROW.match(line):
            rows[match.group(1)] = re.findall(r"`(\w+)`", match.group(2))
    return rows


def layer_of(path):
    """The layer a source file belongs to, by its folder; None outside of them."""
    parts = path.split("/")
    if parts[0] == "server" and len(parts) > 2:
        return parts[1]
    if path.startswith(CLIENT):
        return "client"
    return "ctl" if parts[0] == "ctl" else None


def cycles(table):
    """Layers that reach themselves through the table."""

    def reached(layer, seen):
        for below in table.get(layer, ()):
            if below not in seen:
                seen.add(below)
                reached(below, seen)
        return seen

    return [layer for layer in table if layer in reached(layer, set())]


def read_picture(text):
    """layer -> its height in the picture of ARCHITECTURE.md, the first block with numbered lines."""
    heights = {}
    for line in text.split("```")[1].splitlines() if "```" in text else ():
        if match := re.match(r"\s*(\d+)\s+(.*)", line):
            heights |= {layer: int(match.group(1)) for layer in re.findall(r"\w+", match.group(2))}
    return heights


def check_picture(table, heights):
    for layer in sorted(table.keys() ^ heights.keys()):
        yield f"layer {layer} is in {'this picture' if layer in heights else TABLE} only"
    for layer in table.keys() & heights.keys():
        for below in table[layer]:
            if heights.get(below, -1) >= heights[layer]:
                yield f"{layer} may include {below}, and must stand above it"


def check(files, read=tree.read):
    table = read_table(read(TABLE))
    findings = [Finding(TABLE, 1, f"layer {layer} ends up including itself") for layer in cycles(table)]
    if PICTURE in files:
        findings += [Finding(PICTURE, 1, problem) for problem in check_picture(table, read_picture(read(PICTURE)))]
    for path in files:
        layer = layer_of(path)
        if layer is None or not path.endswith(tree.CPP):
            continue
        if layer not in table:
            findings.append(Finding(path, 1, f"layer {layer} has no row in {TABLE}"))
            continue
        allowed = {layer, *table[layer]}
        text = read(path)
        for number, line in enumerate(source.code(text).splitlines(), 1):
            if match := INCLUDE.match(line):
                problem = judge(path, layer, allowed, table, *match.groups())
                if problem and EXCUSE in text and match.group(1) == "<":
                    problem = None
                if problem:
                    findings.append(Finding(path, number, problem))
    return findings


def judge(path, layer, allowed, table, mark, name):
    if mark == '"':
        target = name.split("/")[0]
        if "/" not in name or target in allowed:
            return None
        if target in table:
            return f"{layer} must not include {target} ({name}): it may include {', '.join(sorted(allowed))} ({TABLE})"
        return None
    if path.endswith(".h") and is_third_party(name) and not (layer in ASIO_LAYERS and name.startswith("boost/asio")):
        return f"<{name}> in a header: keep third-party types in the .cc file"
    return None


def is_third_party(name):
    if name.startswith(ALLOWED_IN_HEADERS):
        return False
    return "/" in name or name in ("archive.h", "archive_entry.h", "yaml.h", "zlib.h", "zstd.h", "isa-l.h", "lzma.h", "sqlite3.h")
