"""What decisions read of the state, kept up to date by whoever holds it: the matcher live, or the simulator."""

import math
from typing import NamedTuple

import numpy as np

from ninelives.routing.engine.arrays import DEMAND, OF_CLASS, OF_PROFILE, RATE, WITHIN, Floats, Plan
from ninelives.routing.engine.compiled import compiled
from ninelives.routing.engine.deciding import Choice, best_class, best_profile, next_multiplier

# Rows of `Board.classes` and `Board.profiles`.
SINCE, EXTRA, COVER = range(3)
FREE, IDLE_SINCE = range(2)


class Board(NamedTuple):
    """`classes` [3, C]: since when the first in line waits, infinite where nobody does; the multiplier of the floor;
    how many agents are free who may serve it. `profiles` [2, P]: agents free; since when the one idle longest is.
    `lines` [3, most candidates]: where a decision's lines are put together."""

    classes: Floats
    profiles: Floats
    lines: Floats


def empty_board(plan: Plan, extra: Floats) -> Board:
    classes, profiles = plan.pairs[RATE].shape
    nobody = np.array([np.full(classes, np.inf), extra, np.zeros(classes)])
    return Board(nobody, np.zeros((2, profiles)), np.zeros((3, max(classes, profiles))))


@compiled
def choose_class(plan: Plan, board: Board, profile: int, now: float) -> Choice:
    waited, extra = lines_of_classes(plan, board, profile, now)
    return best_class(plan, profile, board.profiles[FREE, profile], waited, extra)


@compiled
def choose_profile(plan: Plan, board: Board, klass: int, since: float, now: float) -> Choice:
    free, idle, strain = lines_of_profiles(plan, board, klass, now)
    return best_profile(plan, klass, now - since, board.classes[EXTRA, klass], free, idle, strain)


@compiled
def lines_of_classes(plan: Plan, board: Board, profile: int, now: float) -> tuple[Floats, Floats]:
    """Per class of the profile how long the first in line has waited, -1 where nobody does, and its multiplier."""
    first, last = plan.starts[OF_PROFILE, profile], plan.starts[OF_PROFILE, profile + 1]
    waited, extra = board.lines[0, : last - first], board.lines[1, : last - first]
    for place in range(last - first):
        klass = plan.ties[OF_PROFILE, first + place]
        waited[place] = now - board.classes[SINCE, klass] if board.classes[SINCE, klass] < math.inf else -1.0
        extra[place] = board.classes[EXTRA, klass]
    return waited, extra


@compiled
def lines_of_profiles(plan: Plan, board: Board, klass: int, now: float) -> tuple[Floats, Floats, Floats]:
    """Per profile of the class: agents free, for how long the one idle longest is, and its strain."""
    first, last = plan.starts[OF_CLASS, klass], plan.starts[OF_CLASS, klass + 1]
    free, idle, needed = board.lines[0, : last - first], board.lines[1, : last - first], board.lines[2, : last - first]
    for place in range(last - first):
        profile = plan.ties[OF_CLASS, first + place]
        free[place] = board.profiles[FREE, profile]
        idle[place] = now - board.profiles[IDLE_SINCE, profile] if free[place] > 0 else 0.0
        needed[place] = strain(plan, board, profile) if free[place] > 0 and plan.by_index else 0.0
    return free, idle, needed


@compiled
def strain(plan: Plan, board: Board, profile: int) -> float:
    """How badly an agent of this profile is needed: the demand it may serve, each class's shared among the agents who
    are free for it. Among agents of equal price the least needed serves, so that the last who can stays free."""
    total = 0.0
    for place in range(plan.starts[OF_PROFILE, profile], plan.starts[OF_PROFILE, profile + 1]):
        klass = plan.ties[OF_PROFILE, place]
        total += plan.classes[DEMAND, klass] / board.classes[COVER, klass]
    return total


@compiled
def count_free(plan: Plan, board: Board, profile: int, more: float) -> None:
    """That so many more agents of the profile are free, or fewer."""
    board.profiles[FREE, profile] += more
    for place in range(plan.starts[OF_PROFILE, profile], plan.starts[OF_PROFILE, profile + 1]):
        board.classes[COVER, plan.ties[OF_PROFILE, place]] += more


@compiled
def learn(plan: Plan, board: Board, klass: int, waited: float, is_served: bool) -> None:
    """One more contact of the class is served or lost: its floor's multiplier moves."""
    in_time = is_served and waited <= plan.classes[WITHIN, klass]
    board.classes[EXTRA, klass] = next_multiplier(plan, klass, board.classes[EXTRA, klass], in_time)
