"""How what a queue asks of a skill relaxes with waiting."""

from collections.abc import Iterable
from math import inf


def opens(rings: Iterable[tuple[int, int]], level: int) -> float:
    """After how many seconds somebody of this level meets what is asked of one skill: `rings` as (after, level), in
    order. Before the first ring nothing is asked; a ring may also ask for more than the one before it, but who may
    serve keeps the right."""
    found = list(rings)
    if found and found[0][0] > 0:
        return 0.0
    return next((float(after) for after, asked in found if level >= asked), inf)
