"""How long somebody will wait: a range from the state that is right as often as it says.

The mean is that of a pure death process: who is ahead is served at the pace of the class, or gives up. How far the
truth strays from the mean is learnt class by class: two factors move after each contact so that a tenth falls
below the lower and a tenth above the upper one (adaptive conformal inference, Gibbs and Candès 2021), whatever the
other classes, the skills and the floors do to the pace. Only waits that end with an answer are seen, and the longer
a wait the rarer that is: each counts for those who gave up (inverse probability of censoring).
"""

import math
from typing import NamedTuple

import numpy as np

from ninelives.routing.engine.arrays import PATIENCE, Floats, Plan
from ninelives.routing.engine.board import Board, learn
from ninelives.routing.engine.compiled import compiled

# A tenth below and a tenth above: the range holds 80 %.
TAIL = 0.1
_PACE_MOVES, _FACTOR_MOVES, _MOST_WEIGHT = 0.05, 0.02, 5.0


# Rows of a pace [4, C]: mean seconds between two who are taken while somebody waits; since when the one who is taken
# next counts; the factors of the mean below and above which a tenth of the waits fall.
GAP, FROM, LOW, HIGH = range(4)


class Estimate(NamedTuple):
    """Seconds: the mean, and the range that holds eight times in ten."""

    mean: float
    low: float
    high: float


def first_pace(gaps: Floats) -> Floats:
    """`gaps` [C]: seconds between two who are taken, as planned, such as 1 / arrivals."""
    return np.array([gaps, np.zeros(len(gaps)), np.full(len(gaps), 0.2), np.full(len(gaps), 2.0)])


@compiled
def expected_wait(pace: Floats, klass: int, ahead: int, patience: float) -> Estimate:
    """`ahead`: how many of the class wait before this one."""
    mean = 0.0
    for still in range(ahead + 1):
        mean += 1.0 / (1.0 / pace[GAP, klass] + still / patience)
    return Estimate(mean, mean * pace[LOW, klass], mean * pace[HIGH, klass])


@compiled
def note_taken(pace: Floats, klass: int, now: float) -> None:
    """Somebody who waited was taken."""
    # A clock that was set back tells of no time.
    gap = max(now - pace[FROM, klass], 0.0)
    pace[GAP, klass] = max(pace[GAP, klass] + _PACE_MOVES * (gap - pace[GAP, klass]), 1e-3)
    pace[FROM, klass] = now


@compiled
def note_first(pace: Floats, klass: int, now: float) -> None:
    """Somebody waits where nobody did."""
    pace[FROM, klass] = now


@compiled
def settle(
    plan: Plan,
    board: Board,
    pace: Floats,
    klass: int,
    since: float,
    now: float,
    is_served: bool,
    was_in_line: bool,
    told: Estimate,
) -> None:
    """A contact is served or lost: what is learnt from it. One function, so that a decision calls few."""
    waited = max(now - since, 0.0)
    learn(plan, board, klass, waited, is_served)
    if is_served and was_in_line:
        note_taken(pace, klass, now)
    note_wait(pace, klass, told, waited, is_served, plan.classes[PATIENCE, klass])


@compiled
def note_wait(pace: Floats, klass: int, told: Estimate, waited: float, is_served: bool, patience: float) -> None:
    """A wait for which a range was told is over."""
    if told.mean > 0.0:
        _move(pace, LOW, klass, told.low, waited, is_served, patience, TAIL)
        _move(pace, HIGH, klass, told.high, waited, is_served, patience, 1.0 - TAIL)


@compiled
def _move(
    pace: Floats, factor: int, klass: int, told: float, waited: float, is_served: bool, patience: float, share: float
) -> None:
    """One step so that `share` of the waits is below the factor."""
    if not is_served and waited <= told:
        return  # Whether it would have been below nobody knows.
    weight = min(math.exp(min(waited, told) / patience), _MOST_WEIGHT)
    below = 1.0 if waited <= told else 0.0
    pace[factor, klass] = max(pace[factor, klass] * math.exp(_FACTOR_MOVES * weight * (share - below)), 1e-3)
