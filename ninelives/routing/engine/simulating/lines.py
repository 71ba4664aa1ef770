"""Lines of contacts by class and of free agents by profile: linked through arrays, so that leaving costs no search."""

from typing import NamedTuple

import numpy as np

from ninelives.routing.engine.arrays import Whole
from ninelives.routing.engine.compiled import compiled

# Rows of `Lines.ends` and of `Lines.links`.
FIRST, LAST, LENGTH = range(3)
BEFORE, BEHIND = range(2)


class Lines(NamedTuple):
    """`ends` [3, lines]: first, last, length. `links` [2, items]: who is before and behind. -1 is nobody."""

    ends: Whole
    links: Whole


def empty_lines(lines: int, items: int) -> Lines:
    made = Lines(np.full((3, lines), -1, np.int64), np.full((2, items), -1, np.int64))
    made.ends[LENGTH] = 0
    return made


@compiled
def stand_in(lines: Lines, line: int, item: int) -> None:
    last = lines.ends[LAST, line]
    lines.links[BEFORE, item], lines.links[BEHIND, item] = last, -1
    if last < 0:
        lines.ends[FIRST, line] = item
    else:
        lines.links[BEHIND, last] = item
    lines.ends[LAST, line] = item
    lines.ends[LENGTH, line] += 1


@compiled
def step_out(lines: Lines, line: int, item: int) -> None:
    before, behind = lines.links[BEFORE, item], lines.links[BEHIND, item]
    if before < 0:
        lines.ends[FIRST, line] = behind
    else:
        lines.links[BEHIND, before] = behind
    if behind < 0:
        lines.ends[LAST, line] = before
    else:
        lines.links[BEFORE, behind] = before
    lines.ends[LENGTH, line] -= 1
