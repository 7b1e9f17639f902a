# SPDX-License-Identifier: BSD-3-Clause
"""The list of groups that are complete: each line of complete.txt is a folder or folder/file, `#` a comment.

`./dev test` plays exactly these, and all of them must pass; a group is added when it is done and never leaves.
"""

import os
import vectors


def read(path):
    with open(path, encoding="utf-8") as lines:
        names = [line.partition("#")[0].strip() for line in lines]
    return [name for name in names if name]


def places(path):
    """The files and folders that the list names."""
    top, found = os.path.dirname(path), []
    for name in read(path):
        candidates = [f"{top}/{name}", f"{top}/{name}.jsonl"]
        existing = [place for place in candidates if os.path.exists(place)]
        if not existing:
            raise vectors.BadVectors(f"{path}: there is no group {name}")
        found += existing
    return found
