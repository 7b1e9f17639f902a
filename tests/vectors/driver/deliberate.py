# SPDX-License-Identifier: BSD-3-Clause
"""Deliberate differences: the rows of docs/compatibility.md that name vectors.

A row counts if its table has a column `Vectors`; its first cell is the title, and the vectors are the words
in backticks in that column: ids, or prefixes that end in `*`.
"""

import collections
import re
from dataclasses import dataclass

PERCENT = 3  # of the vectors of a family that may differ on purpose
CELL_BORDER = re.compile(r"(?<!\\)\|")
IN_BACKTICKS = re.compile(r"`([^`]+)`")


class BadRow(Exception):
    """The document and the vectors do not agree."""


@dataclass(frozen=True)
class Row:
    title: str
    patterns: tuple

    def covers(self, id):
        return any(covers(pattern, id) for pattern in self.patterns)


def covers(pattern, id):
    return id.startswith(pattern[:-1]) if pattern.endswith("*") else id == pattern


def cells(line):
    return [cell.strip() for cell in CELL_BORDER.split(line.strip().strip("|"))]


def read(path):
    rows, column = [], None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if not line.lstrip().startswith("|"):
                column = None
                continue
            row = cells(line)
            if column is None:
                column = row.index("Vectors") if "Vectors" in row else -1
            elif column >= 0 and len(row) > column:
                patterns = tuple(IN_BACKTICKS.findall(row[column]))
                if patterns:
                    rows.append(Row(row[0].replace("\\|", "|"), patterns))
    return rows


def titles(rows, vectors):
    """id -> title of the row that makes this vector differ."""
    found = {}
    for vector in vectors:
        for row in rows:
            if row.covers(vector.id):
                found[vector.id] = row.title
                break
    return found


def check(rows, vectors):
    """Raises BadRow if a row names a vector that does not exist, or rows claim too much of a family."""
    ids = [vector.id for vector in vectors]
    for row in rows:
        for pattern in row.patterns:
            if not any(covers(pattern, id) for id in ids):
                raise BadRow(f"{pattern} matches no vector (row: {row.title})")
    sizes = collections.Counter(vector.family for vector in vectors)
    claimed = titles(rows, vectors)
    for family, count in collections.Counter(v.family for v in vectors if v.id in claimed).items():
        if count * 100 > sizes[family] * PERCENT:
            raise BadRow(f"{count} of the {sizes[family]} vectors of {family} differ on purpose, over {PERCENT} %")
