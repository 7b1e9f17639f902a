# SPDX-License-Identifier: BSD-3-Clause
"""C++ text without what only looks like code: comments and literals become blanks, line numbers stay."""

import re

TOKEN = re.compile(
    r"""
      //[^\n]*
    | /\*.*?\*/
    | R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"
    | "(?:\\.|[^"\\\n])*"
    | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'
    """,
    re.DOTALL | re.VERBOSE,
)
INCLUDE = re.compile(r"\s*#\s*include\s*")


def code(text):
    """Comments and string contents blanked out; include lines keep their names."""
    return TOKEN.sub(blank, text)


def blank(match):
    text = match.group()
    line_before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    if INCLUDE.fullmatch(line_before):
        return text
    return re.sub(r"[^\n]", " ", text)
