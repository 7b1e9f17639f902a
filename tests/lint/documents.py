# SPDX-License-Identifier: BSD-3-Clause
"""What the texts claim: licence lines, links that lead somewhere, commands and tests that exist, layers with a README."""

import os
import re

import layering
import tree
from tree import Finding

SPDX = "SPDX-License-Identifier: BSD-3-Clause"
CODE = (".h", ".cc", ".py", ".cmake", "CMakeLists.txt", ".sh")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
DEV_COMMAND = re.compile(r"\./dev (?:--yes )?([a-z]+)")
# Tests as SECURITY.md and docs/compatibility.md name them: `unit/base/file_test.cc`, e2e/test_boot.py.
NAMED_TEST = re.compile(r"(?<![\w/.])((?:unit|e2e|fuzz|chaos|attack|headnode|install)/[\w./]*\w\.(?:cc|py))\b")
SHOWN = ("SECURITY.md", "docs/compatibility.md", "tests/attack/README.md")
HELP_LINE = re.compile(r"^  ([a-z]+) ", re.MULTILINE)


def check(files, read=tree.read):
    return [*licences(files, read), *links(files, read), *commands(files, read), *tests(files, read), *readmes(files, read)]


def licences(files, read):
    for path in files:
        owned = path == "dev" or path.endswith(CODE) and not path.startswith(("overlays/", "templates/"))
        if owned and SPDX not in "\n".join(read(path).splitlines()[:2]):
            yield Finding(path, 1, f"does not open with {SPDX}")


def links(files, read):
    known = set(files)
    folders = {os.path.dirname(path) for path in files}
    while parents := {os.path.dirname(folder) for folder in folders} - folders:
        folders |= parents
    for path in files:
        if not path.endswith(".md"):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            for target in LINK.findall(line):
                place = os.path.normpath(os.path.join(os.path.dirname(path), target))
                if "://" not in target and not target.startswith("mailto:") and place not in known | folders:
                    yield Finding(path, number, f"the link leads nowhere: {target}")


def commands(files, read):
    if "dev" not in files:
        return
    known = set(HELP_LINE.findall(read("dev"))) | {"help"}
    for path in files:
        if path.endswith(".md"):
            for number, line in enumerate(read(path).splitlines(), 1):
                for command in DEV_COMMAND.findall(line):
                    if command not in known:
                        yield Finding(path, number, f"there is no command ./dev {command}")


def tests(files, read):
    known = set(files)
    for path in set(SHOWN) & known:
        for number, line in enumerate(read(path).splitlines(), 1):
            for test in NAMED_TEST.findall(line):
                if f"tests/{test}" not in known:
                    yield Finding(path, number, f"there is no test {test}")


def readmes(files, read):
    for layer in layering.read_table(read(layering.TABLE)):
        folder = {"ctl": "ctl", "client": layering.CLIENT.rstrip("/")}.get(layer, f"server/{layer}")
        inside = [path for path in files if path.startswith(f"{folder}/")]
        if inside and f"{folder}/README.md" not in inside:
            yield Finding(f"{folder}/README.md", 1, "each layer has a README that fits a screen")
