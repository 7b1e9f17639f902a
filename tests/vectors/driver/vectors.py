# SPDX-License-Identifier: BSD-3-Clause
"""Finds and reads vectors: one JSON object per line of every *.jsonl below some folders.

A vector keeps the group it came from (`http/boot` for http/boot.jsonl) beside its own fields.
"""

import json
import os
from dataclasses import dataclass


class BadVectors(Exception):
    """The vectors themselves are wrong: unreadable, of no known format, or two with one name."""


@dataclass(frozen=True)
class Vector:
    id: str
    group: str  # folder/file, for reports
    kind: str  # "tmpl", "yaml" or "steps"
    data: dict
    text: str  # the line as it stands: what a vector mentions tells what it needs

    @property
    def family(self):
        """The first part of the group: `http` for http/boot. Deliberate differences are counted by it."""
        return self.group.partition("/")[0]


def kind_of(data):
    for kind in ("tmpl", "yaml", "steps"):
        if kind in data:
            return kind
    raise BadVectors("neither tmpl, yaml nor steps in it")


def group_of(path):
    folder, name = os.path.split(os.path.abspath(path))
    return f"{os.path.basename(folder)}/{name.removesuffix('.jsonl')}"


def read_file(path):
    group = group_of(path)
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                yield Vector(data["id"], group, kind_of(data), data, line)
            except (ValueError, KeyError, TypeError, BadVectors) as error:
                raise BadVectors(f"{path}:{number}: not a vector: {error}") from error


def find_files(place):
    if os.path.isfile(place):
        return [place]
    if not os.path.isdir(place):
        raise BadVectors(f"no such folder: {place}")
    found = []
    for folder, folders, names in os.walk(place):
        folders.sort()
        found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".jsonl")]
    return found


def read_all(places):
    """Every vector below the places, in order of their paths; a file reached twice is read once."""
    vectors, files, seen = [], {}, {}
    for place in places:
        files.update((os.path.realpath(path), path) for path in find_files(place))
    for path in files.values():
        for vector in read_file(path):
            if vector.id in seen:
                raise BadVectors(f"{path}: id {vector.id} is also in {seen[vector.id]}")
            seen[vector.id] = path
            vectors.append(vector)
    return vectors
