# SPDX-License-Identifier: BSD-3-Clause
"""A row of the table: what, ours, theirs (if there is one), the goal, and whether it was met."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    what: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool = True


def compared(what, unit, ours, theirs, goal, at_least):
    """A row of figures that were taken in turns; the median of their ratios must be at least (or at most) the goal."""
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    met = ratio >= goal if at_least else ratio <= goal
    text = f"{'>=' if at_least else '<='} {goal} x"
    figures = (f"{statistics.median(values):.3g} {unit}" for values in (ours, theirs))
    return Row(what, *figures, f"{ratio:.2f}", text, met)
