"""Everybody who waits and everybody who is idle at once, as after a restart: greedy on signatures.

Contacts of one class are alike but for their waiting, and agents of one profile are alike. So the best pair is looked
for among pairs of class and profile, by the first in line of each, and again among what is left: a heap of as many
entries as there are such pairs. Its value is within a percent or so of the optimum (`bin/bench routing`).
"""

import numpy as np

from ninelives.routing.engine.arrays import (
    AFTER,
    AGE_LIMIT,
    OF_PROFILE,
    RATE,
    Floats,
    Plan,
    Whole,
)
from ninelives.routing.engine.compiled import compiled
from ninelives.routing.engine.deciding import urgency


def match_all(plan: Plan, waited: Floats, klass: Whole, free: Whole, extra: Floats) -> tuple[Whole, Whole]:
    """`waited`, `klass` [N]: of each contact. `free` [P]: idle agents. `extra` [C]: multipliers of the floors.

    Returns contacts [M], as indices, and the profile [M] whose longest idle agent serves each, in order.
    """
    order = np.lexsort((-waited, klass))
    starts = np.searchsorted(klass[order], np.arange(plan.pairs[RATE].shape[0] + 1)).astype(np.int64)
    most = min(len(waited), int(free.sum()))
    contacts, profiles = np.zeros(most, np.int64), np.zeros(most, np.int64)
    count = _match(plan, waited[order], starts, free.astype(np.int64), extra, contacts, profiles)
    return order[contacts[:count]], profiles[:count]


@compiled
def _match(
    plan: Plan, waited: Floats, starts: Whole, free: Whole, extra: Floats, contacts: Whole, profiles: Whole
) -> int:
    classes = starts.shape[0] - 1
    first = starts[:classes].copy()
    keys, pairs = np.zeros(plan.ties.shape[1]), np.zeros((3, plan.ties.shape[1]), np.int64)
    size = _all_pairs(plan, waited, starts, free, extra, keys, pairs)
    count = 0
    while size > 0 and count < contacts.shape[0]:
        klass, profile, seen = pairs[0, 0], pairs[1, 0], pairs[2, 0]
        if free[profile] == 0 or first[klass] >= starts[klass + 1]:
            size = _drop(keys, pairs, size)
        elif seen != first[klass]:
            _rekey(plan, waited, first[klass], extra, keys, pairs, size)
        else:
            contacts[count], profiles[count] = first[klass], profile
            count += 1
            first[klass] += 1
            free[profile] -= 1
    return count


@compiled
def _all_pairs(
    plan: Plan, waited: Floats, starts: Whole, free: Whole, extra: Floats, keys: Floats, pairs: Whole
) -> int:
    size = 0
    for profile in range(free.shape[0]):
        for place in range(plan.starts[OF_PROFILE, profile], plan.starts[OF_PROFILE, profile + 1]):
            klass = plan.ties[OF_PROFILE, place]
            if free[profile] > 0 and starts[klass] < starts[klass + 1]:
                keys[size] = _key(plan, klass, profile, waited[starts[klass]], extra)
                pairs[0, size], pairs[1, size], pairs[2, size] = klass, profile, starts[klass]
                size += 1
    for place in range(size // 2 - 1, -1, -1):
        _sink(keys, pairs, size, place)
    return size


@compiled
def _rekey(plan: Plan, waited: Floats, contact: int, extra: Floats, keys: Floats, pairs: Whole, size: int) -> None:
    """The first of the heap again, by who is first in line now: less urgent, as waiting shorter."""
    keys[0] = _key(plan, pairs[0, 0], pairs[1, 0], waited[contact], extra)
    pairs[2, 0] = contact
    _sink(keys, pairs, size, 0)


@compiled
def _key(plan: Plan, klass: int, profile: int, waited: float, extra: Floats) -> float:
    if waited < plan.pairs[AFTER, klass, profile]:
        return -1.0
    if plan.by_index and waited >= plan.classes[AGE_LIMIT, klass]:
        return 1e12 + waited / plan.classes[AGE_LIMIT, klass]
    return urgency(plan, klass, profile, waited, extra[klass])


@compiled
def _drop(keys: Floats, pairs: Whole, size: int) -> int:
    last = size - 1
    keys[0] = keys[last]
    for row in range(3):
        pairs[row, 0] = pairs[row, last]
    _sink(keys, pairs, last, 0)
    return last


@compiled
def _sink(keys: Floats, pairs: Whole, size: int, place: int) -> None:
    child = 2 * place + 1
    while child < size:
        if child + 1 < size and keys[child + 1] > keys[child]:
            child += 1
        if keys[place] >= keys[child]:
            return
        keys[place], keys[child] = keys[child], keys[place]
        for row in range(3):
            pairs[row, place], pairs[row, child] = pairs[row, child], pairs[row, place]
        place, child = child, 2 * child + 1
