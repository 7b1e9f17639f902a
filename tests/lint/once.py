# SPDX-License-Identifier: BSD-3-Clause
"""Ideas that stand in one place, each with what would betray a second copy."""

import re
from dataclasses import dataclass

import tree
from tree import Finding


@dataclass(frozen=True)
class Once:
    idea: str
    pattern: str
    home: str
    besides: str = ""  # a file that may have it, too: the reason stands beside the row


IDEAS = (
    # The first process inside an image has work of its own to do between fork and exec.
    Once("starting programs", r"\b(posix_spawnp?|v?fork)\s*\(", "server/base/process.cc", besides="server/enter/init.cc"),
    # sprig's dir and base cut as Go's path package does, which keeps what clean_path drops.
    Once("cutting paths", r"(rfind|find_last_of)\(['\"]/['\"]", "server/base/path.cc", besides="server/sprig/paths.cc"),
    Once("names of a site's own files", r'/(wwd\.sock|journal\.sqlite|nodes\.conf\.recovery)"', "server/base/site_files.cc"),
    Once("the calendar", r"\b(146'?097|719'?468)\b", "server/golib/civil.cc"),
    Once("digits of floats", r"chars_format::scientific", "server/golib/strconv.cc"),
    Once("Go's booleans", r'"T",\s*"true"', "server/golib/bool.h"),
    Once("node or profile", r"enum class \w+[^{;]*\{\s*(Profile,\s*Node|Node,\s*Profile)\b", "server/fields/entry_kind.h"),
    Once("the mask of secrets", r'"\*{4,}"', "server/fields/field.h"),
    Once("words for nothing", r'"undef",', "server/fields/words.h"),
)
WHERE = ("server/", "ctl/", "overlays/")


def check(files, read=tree.read):
    findings = []
    texts = {path: read(path) for path in files if path.endswith(tree.CPP) and path.startswith(WHERE)}
    for idea in IDEAS:
        if idea.home in texts and not re.search(idea.pattern, texts[idea.home]):
            findings.append(Finding(idea.home, 1, f"{idea.idea}: this row of once.py no longer finds it here"))
    for path, text in texts.items():
        for idea in IDEAS:
            if path in (idea.home, idea.besides):
                continue
            for match in re.finditer(idea.pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                findings.append(Finding(path, line, f"{idea.idea}: stands in {idea.home} already"))
    return findings
