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
    """A row of figures that were taken in turns; the ratio of their medians must be at least (or at most) the goal."""
    middle, other = statistics.median(ours), statistics.median(theirs)
    ratio = middle / other
    met = ratio >= goal if at_least else ratio <= goal
    text = f"{'>=' if at_least else '<='} {goal} x"
    return Row(what, f"{middle:.3g} {unit}", f"{other:.3g} {unit}", f"{ratio:.2f}", text, met)


def spread(figures, places):
    low, _, high = statistics.quantiles(figures, n=4)
    return f"{low:{places}}-{high:{places}}"


def quartiles(ours, theirs):
    """The row below one of compared(): the spread of both, and of the rounds' own ratios."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Row("  (quartiles)", spread(ours, ".3g"), spread(theirs, ".3g"), spread(ratios, ".2f"))
