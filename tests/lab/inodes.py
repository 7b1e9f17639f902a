# SPDX-License-Identifier: BSD-3-Clause
"""What inodes.c tells of a tree, here or on a node, and in which they differ."""

import os
import re
import subprocess
from collections import defaultdict

SOURCE = f"{os.path.dirname(__file__)}/inodes.c"
LINE = re.compile(r"NODE inode (/\S*) (.+)$")


def build(target):
    subprocess.run(["cc", "-static", "-O", "-Wall", "-o", target, SOURCE], check=True)


def of_tree(tool, root):
    """{path: {what: value}}; an extended attribute is a "what" with a dot, its value in hexadecimal digits."""
    told = subprocess.run([tool], cwd=root, capture_output=True, text=True, check=True).stdout
    return _parsed(told.splitlines())


def of_machine(machine):
    """The same of a node whose init runs the tool."""
    return _parsed(text for _, text in machine.lines)


def _parsed(lines):
    found, names = {}, defaultdict(list)
    for line in lines:
        if match := LINE.search(line):
            found[match[1]] = dict(word.split("=", 1) for word in match[2].split(" "))
    for path, inode in found.items():
        names[inode["inode"]].append(path)
    for inode in found.values():
        inode["names"] = " ".join(sorted(names[inode.pop("inode")]))
        if inode["mode"].startswith("4"):
            del inode["links"]  # file systems count the links of folders as they like
    return found


def attributes(inodes):
    """{path: {name: value}} of those that have any."""
    every = {path: {name: bytes.fromhex(value) for name, value in i.items() if "." in name} for path, i in inodes.items()}
    return {path: some for path, some in every.items() if some}


def differences(tree, node):
    """A line for each thing of `tree` that is another on the node, or is not there."""
    lines = []
    for path, wanted in sorted(tree.items()):
        if path not in node:
            lines.append(f"{path}: is missing on the node")
            continue
        got = node[path]
        for what in sorted({*wanted, *got}):
            if wanted.get(what) != got.get(what):
                lines.append(f"{path}: {what} is {wanted.get(what)} in the tree, {got.get(what)} on the node")
    return lines
