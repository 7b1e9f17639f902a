# SPDX-License-Identifier: BSD-3-Clause
"""Each warning and error of the daemon opens with a stable word, and docs/messages.md explains it."""

import re

import tree
from tree import Finding

MANUAL = "docs/messages.md"
CALL = re.compile(r'\blog::(?:warn|error)\(\s*"((?:[^"\\]|\\.)*)"')
WORD = re.compile(r"[a-z]+\.[a-z_]+(?= )")
HEADING = re.compile(r"^### (.+)$", re.MULTILINE)


def check(files, read=tree.read):
    if MANUAL not in files:
        return
    manual = read(MANUAL)
    explained = set(re.findall(r"`([^`]+)`", " ".join(HEADING.findall(manual))))
    said = set()
    for path in files:
        if not (path.startswith("server/") and path.endswith(".cc")):
            continue
        text = read(path)
        for call in CALL.finditer(text):
            line = text.count("\n", 0, call.start()) + 1
            word = WORD.match(call[1])
            if not word:
                yield Finding(path, line, "a warning or error opens with a stable word (part.what), then a blank")
                continue
            said.add(word[0])
            if word[0] not in explained:
                yield Finding(path, line, f"{MANUAL} does not explain {word[0]}")
    for word in sorted(explained - said):
        line = manual[: manual.index(f"`{word}`")].count("\n") + 1
        yield Finding(MANUAL, line, f"nothing says {word} any more")
