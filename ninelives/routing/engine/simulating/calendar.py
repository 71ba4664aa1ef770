"""What will happen, the soonest first: a binary heap in arrays. Equal times come in the order of their kinds and items,
so that a run does not depend on how the heap was built."""

from typing import NamedTuple

import numpy as np

from ninelives.routing.engine.arrays import Floats, Whole
from ninelives.routing.engine.compiled import compiled

ARRIVAL, FREE, GIVING_UP, WAKE = range(4)


# An entry's key: its kind, and then its item, which is smaller than this.
_KIND = 1 << 56


class Calendar(NamedTuple):
    """`size` [1]: how many entries of the others count."""

    time: Floats
    key: Whole
    size: Whole


def empty_calendar(room: int) -> Calendar:
    return Calendar(np.zeros(room), np.zeros(room, np.int64), np.zeros(1, np.int64))


@compiled
def first_kind_and_item(calendar: Calendar) -> tuple[int, int]:
    return calendar.key[0] // _KIND, calendar.key[0] % _KIND


@compiled
def put(calendar: Calendar, time: float, kind: int, item: int) -> None:
    place = calendar.size[0]
    key = kind * _KIND + item
    calendar.size[0] += 1
    while place > 0 and _comes_before(calendar, time, key, (place - 1) >> 1):
        _move(calendar, (place - 1) >> 1, place)
        place = (place - 1) >> 1
    calendar.time[place], calendar.key[place] = time, key


@compiled
def drop_first(calendar: Calendar) -> None:
    calendar.size[0] -= 1
    last = calendar.size[0]
    time, key = calendar.time[last], calendar.key[last]
    place, child = 0, 1
    while child < last:
        if child + 1 < last and _comes_before(calendar, calendar.time[child + 1], calendar.key[child + 1], child):
            child += 1
        if _comes_before(calendar, time, key, child):
            break
        _move(calendar, child, place)
        place, child = child, 2 * child + 1
    calendar.time[place], calendar.key[place] = time, key


@compiled
def _comes_before(calendar: Calendar, time: float, key: int, other: int) -> bool:
    if time != calendar.time[other]:
        return bool(time < calendar.time[other])
    return bool(key < calendar.key[other])


@compiled
def _move(calendar: Calendar, here: int, there: int) -> None:
    calendar.time[there], calendar.key[there] = calendar.time[here], calendar.key[here]
