# SPDX-License-Identifier: BSD-3-Clause
"""What became of a vector."""

from dataclasses import dataclass


class Unplayable(Exception):
    """A vector cannot be played on this machine; the text is the reason for skipping it."""


@dataclass(frozen=True)
class Outcome:
    id: str
    group: str
    state: str  # "passed", "failed" or "skipped"
    details: tuple = ()  # differences of a failed vector, the reason of a skipped one
