# SPDX-License-Identifier: BSD-3-Clause
"""The code blocks of a page: what its reader types, and what he is shown."""

import re


def blocks(text, heading=None):
    """Indented blocks of one section, the one before the first second-level heading if none is named, as lines each."""
    sections = re.split(r"^## +(.+)\n", text, flags=re.MULTILINE)
    section = sections[0] if heading is None else sections[sections.index(heading) + 1]
    found = re.findall(r"(?:^    .*\n)+", section, flags=re.MULTILINE)
    return [[line[4:] for line in block.splitlines()] for block in found]


def shown(text, heading):
    """Lines of the fenced block of a section."""
    section = text.split(f"## {heading}\n", 1)[1]
    return section.split("```\n")[1].splitlines()
