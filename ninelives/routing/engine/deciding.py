"""The decisions themselves, in the part of Python that numba compiles. The live matcher, replay and the simulator
call these and nothing else, so that what was simulated is what happens.

A decision reads only what it is handed: the plan, and a line of the state for each candidate. Kept with the
decision, these lines replay it to the bit.
"""

import math
from typing import NamedTuple

from ninelives.routing.engine.arrays import (
    AFTER,
    AGE_LIMIT,
    CLASS_PRICE,
    FLOOR,
    HORIZON,
    OF_CLASS,
    OF_PROFILE,
    PROFILE_PRICE,
    RATE,
    SPARE,
    VALUE,
    WITHIN,
    WORTH,
    Floats,
    Plan,
)
from ninelives.routing.engine.compiled import compiled

PLAIN, AGED, KNOWN, FLOORED, RESERVED, RELAXED, SPREAD = range(7)

# Who is late cannot be in time any more, but whoever is behind them in the line can: the share of the multiplier that
# then still counts. Without it a line that has grown late stays so.
_LATE = 0.3

# Losses that differ by less, as a share of what the class is worth, are equal: prices come from a solver.
_ALIKE = 1e-9

_SHUT, _WITHHELD, _OPEN, _OLD = range(4)


class Choice(NamedTuple):
    """Places in the list of candidates, -1 for none; their scores; what decided beside the score."""

    best: int
    score: float
    second: int
    second_score: float
    guard: int


@compiled
def best_class(plan: Plan, profile: int, free: float, waited: Floats, extra: Floats) -> Choice:
    """An agent of the profile is free: which of the profile's classes is served.

    `free`: agents of the profile that are free, this one included. Per class: how long the first in line has waited,
    negative where nobody does, and the multiplier of its floor.
    """
    first = plan.starts[OF_PROFILE, profile]
    best, best_rank, best_score = -1, _WITHHELD, -math.inf
    second, second_rank, second_score = -1, _WITHHELD, -math.inf
    unaided, unaided_rank, unaided_score = -1, _WITHHELD, -math.inf
    withheld = False
    for place in range(waited.shape[0]):
        klass = plan.ties[OF_PROFILE, first + place]
        rank = _standing(plan, klass, profile, free, waited[place], extra[place])
        withheld = withheld or rank == _WITHHELD
        if rank > _WITHHELD:
            plain = _urgency(plan, klass, profile, waited[place], 0.0, rank)
            score = _urgency(plan, klass, profile, waited[place], extra[place], rank)
            if rank > unaided_rank or (rank == unaided_rank and plain > unaided_score):
                unaided, unaided_rank, unaided_score = place, rank, plain
            if rank > best_rank or (rank == best_rank and score > best_score):
                second, second_rank, second_score = best, best_rank, best_score
                best, best_rank, best_score = place, rank, score
            elif rank > second_rank or (rank == second_rank and score > second_score):
                second, second_rank, second_score = place, rank, score
    if best < 0:
        return Choice(-1, 0.0, -1, 0.0, RESERVED if withheld else PLAIN)
    klass = plan.ties[OF_PROFILE, first + best]
    guard = _guard(best_rank == _OLD, best != unaided, plan.pairs[AFTER, klass, profile] > 0)
    return Choice(best, best_score, second, _or_zero(second, second_score), guard)


@compiled
def best_profile(
    plan: Plan, klass: int, waited: float, extra: float, free: Floats, idle: Floats, strain: Floats
) -> Choice:
    """A contact of the class has come: which of the class's profiles serves it, by the agent who is idle longest.

    Per profile: agents free, how long the one idle longest is, and how badly it is needed elsewhere (`board.strain`).
    """
    first = plan.starts[OF_CLASS, klass]
    best, second = -1, -1
    best_score, second_score = -math.inf, -math.inf
    withheld, alike = False, False
    for place in range(free.shape[0]):
        profile = plan.ties[OF_CLASS, first + place]
        rank = _standing(plan, klass, profile, free[place], waited, extra) if free[place] > 0 else _SHUT
        withheld = withheld or rank == _WITHHELD
        if rank > _WITHHELD:
            score = _loss(plan, klass, profile, idle[place])
            margin = _ALIKE * plan.classes[VALUE, klass] * plan.pairs[RATE, klass, profile]
            if best < 0 or _is_better(score, best_score, margin, idle, strain, place, best):
                alike = best >= 0 and abs(score - best_score) <= margin
                second, second_score = best, best_score
                best, best_score = place, score
            elif second < 0 or _is_better(score, second_score, margin, idle, strain, place, second):
                alike = alike or abs(score - best_score) <= margin
                second, second_score = place, score
    if best < 0:
        return Choice(-1, 0.0, -1, 0.0, RESERVED if withheld else PLAIN)
    profile = plan.ties[OF_CLASS, first + best]
    guard = _guard(waited >= plan.classes[AGE_LIMIT, klass], False, plan.pairs[AFTER, klass, profile] > 0)
    if guard == PLAIN and alike:
        guard = SPREAD
    return Choice(best, best_score, second, _or_zero(second, second_score), guard)


@compiled
def urgency(plan: Plan, klass: int, profile: int, waited: float, extra: float) -> float:
    """What serving this contact by this profile is worth a second; by the simple rule, how long it has waited."""
    if not plan.by_index:
        return waited
    worth = plan.classes[VALUE, klass] * (plan.kappa + waited / plan.classes[HORIZON, klass])
    worth += extra if waited <= plan.classes[WITHIN, klass] else _LATE * extra
    return worth * plan.pairs[WORTH, klass, profile]


@compiled
def next_multiplier(plan: Plan, klass: int, extra: float, in_time: bool) -> float:
    """The multiplier of a class's floor after one more contact of it was served or lost.

    Stochastic ascent on the dual of "at least `floor` of the contacts in time": it rises while fewer are, falls while
    more are, and stands where the floor is just held. The cap keeps a floor that nobody could hold from growing
    forever.
    """
    moved = extra + plan.step * (plan.classes[FLOOR, klass] - (1.0 if in_time else 0.0))
    return min(max(moved, 0.0), plan.cap)


@compiled
def reserve(plan: Plan, klass: int, profile: int, extra: float) -> float:
    """How many agents of the profile stay free for others when this class asks.

    Nobody where the class pays the agent's price; as the share that it falls short grows, up to `spare`.
    """
    price = plan.profiles[PROFILE_PRICE, profile]
    if price <= 0.0 or not plan.by_index:
        return 0.0
    short = 1.0 - (plan.classes[CLASS_PRICE, klass] + extra) * plan.pairs[RATE, klass, profile] / price
    return math.floor(plan.profiles[SPARE, profile] * short + 0.5) if short > 0.0 else 0.0


@compiled
def _standing(plan: Plan, klass: int, profile: int, free: float, waited: float, extra: float) -> int:
    if waited < plan.pairs[AFTER, klass, profile] or waited < 0.0:
        return _SHUT
    if plan.by_index and waited >= plan.classes[AGE_LIMIT, klass]:
        return _OLD
    if free <= reserve(plan, klass, profile, extra):
        return _WITHHELD
    return _OPEN


@compiled
def _urgency(plan: Plan, klass: int, profile: int, waited: float, extra: float, rank: int) -> float:
    if rank == _OLD:
        return waited / plan.classes[AGE_LIMIT, klass]
    return urgency(plan, klass, profile, waited, extra)


@compiled
def _loss(plan: Plan, klass: int, profile: int, idle: float) -> float:
    """Reduced cost of the pair: 0 where the fluid optimum uses it, below where the agent is worth more elsewhere."""
    if not plan.by_index:
        return idle
    return plan.classes[CLASS_PRICE, klass] * plan.pairs[RATE, klass, profile] - plan.profiles[PROFILE_PRICE, profile]


@compiled
def _is_better(score: float, than: float, margin: float, idle: Floats, strain: Floats, place: int, other: int) -> bool:
    if abs(score - than) > margin:
        return score > than
    if strain[place] != strain[other]:
        return strain[place] < strain[other]
    return idle[place] > idle[other]


@compiled
def _guard(is_old: bool, is_aided: bool, is_relaxed: bool) -> int:
    if is_old:
        return AGED
    if is_aided:
        return FLOORED
    return RELAXED if is_relaxed else PLAIN


@compiled
def _or_zero(place: int, score: float) -> float:
    return score if place >= 0 else 0.0
