# SPDX-License-Identifier: BSD-3-Clause
"""How long files are and how many a folder holds: a report, and a finding for what has outgrown one idea.

A file that is long for a good reason is listed in tests/lint/long_files.txt with that reason.
"""

import collections
import os
import statistics

import tree
from tree import Finding

HEADER_LINES, SOURCE_LINES = 300, 500
LOOK_AT_LINES = 400
FILES_IN_A_FOLDER = 45
ALLOWED = "tests/lint/long_files.txt"


def lengths(files, read):
    kinds = tuple((*tree.CPP, ".py"))
    return {path: read(path).count("\n") for path in files if path.endswith(kinds)}


def check(files, read=tree.read):
    allowed = {line.split("\t")[0] for line in read(ALLOWED).splitlines() if line and not line.startswith("#")}
    for path, lines in lengths(files, read).items():
        limit = HEADER_LINES if path.endswith(".h") else SOURCE_LINES
        if lines > limit and path not in allowed:
            yield Finding(path, lines, f"{lines} lines: does it still hold one idea? (over {limit})")
    folders = collections.Counter(os.path.dirname(path) for path in files if path.endswith(tree.CPP))
    for folder, number in folders.items():
        if number > FILES_IN_A_FOLDER:
            yield Finding(folder, 1, f"{number} files: which of them are a folder of their own? (over {FILES_IN_A_FOLDER})")


def report(files, read=tree.read):
    found = lengths(files, read)
    for title, suffix in (("headers", ".h"), ("sources", ".cc"), ("python", ".py")):
        sizes = sorted(lines for path, lines in found.items() if os.path.splitext(path)[1] == suffix)
        if sizes:
            print(f"{title:8} {len(sizes):4} files, median {statistics.median(sizes):.0f} lines, longest {sizes[-1]}")
    for path, lines in sorted(found.items(), key=lambda item: -item[1]):
        if lines > LOOK_AT_LINES:
            print(f"  {lines:5} {path}")
