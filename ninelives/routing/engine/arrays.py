"""The model as arrays, as the decisions read it. C classes, P profiles, in the model's order."""

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ninelives.routing.engine.model import Model, Skill

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Rates:
    """A model in figures: `arrivals` [C] a second, `value` [C], `agents` [P], `rate` [C, P] a second, 0 where none."""

    arrivals: Floats
    value: Floats
    agents: Floats
    rate: Floats

    @classmethod
    def of(cls, model: Model) -> "Rates":
        skills = [[profile.skills.get(one.name) for profile in model.profiles] for one in model.classes]
        return cls(
            np.array([one.arrivals for one in model.classes], dtype=np.float64),
            np.array([one.value for one in model.classes], dtype=np.float64),
            np.array([one.agents for one in model.profiles], dtype=np.float64),
            np.array([[skill.rate if skill else 0.0 for skill in row] for row in skills], dtype=np.float64),
        )


# Rows of `Plan.classes`, of `Plan.profiles` and of `Plan.pairs`. Few arrays of many rows: what numba compiles hands
# every array of a tuple from call to call, and takes long to compile for many.
VALUE, HORIZON, WITHIN, AGE_LIMIT, FLOOR, CLASS_PRICE, DEMAND, PATIENCE = range(8)
PROFILE_PRICE, SPARE = range(2)
RATE, WORTH, AFTER = range(3)
# Rows of `Plan.starts` and `Plan.ties`.
OF_PROFILE, OF_CLASS, OF_WAKES = range(3)


class Plan(NamedTuple):
    """Everything a decision needs beside the state. Made by `planning.plan`, never changed afterwards.

    `classes` [8, C], `profiles` [2, P], `pairs` [3, C, P]. The classes of profile j are
    `ties[OF_PROFILE, starts[OF_PROFILE, j]:starts[OF_PROFILE, j + 1]]`, the profiles of a class likewise; so are the
    `wakes` of a class: after how many seconds of waiting it is looked at again, though nothing happened.
    `step` and `cap`: how fast a floor's multiplier moves, and how far.
    """

    by_index: bool
    kappa: float
    step: float
    cap: float
    classes: Floats
    profiles: Floats
    pairs: Floats
    starts: Whole
    ties: Whole
    wakes: Floats


def padded(*rows: Whole) -> Whole:
    """Rows of different lengths as one array; what is too short repeats its last."""
    longest = max(len(row) for row in rows)
    return np.array([np.pad(row, (0, longest - len(row)), mode="edge") for row in rows], dtype=np.int64)


def eligibility(rate: Floats) -> tuple[Whole, Whole]:
    """Of each row where its positive columns begin, and these columns."""
    columns = [np.nonzero(row > 0)[0] for row in rate]
    start = np.concatenate([[0], np.cumsum([len(some) for some in columns])])
    return start.astype(np.int64), np.concatenate([*columns, np.zeros(0)]).astype(np.int64)


def moments(model: Model) -> tuple[Whole, Floats]:
    """Of each class where its moments to look again begin, and these: rings that open, and the age limit."""
    told = [_moments_of(one.name, one.old_at, model) for one in model.classes]
    start = np.concatenate([[0], np.cumsum([len(some) for some in told])])
    return start.astype(np.int64), np.array([moment for some in told for moment in some], dtype=np.float64)


def each_skill(model: Model, of: str) -> Floats:
    """`after` or `resolved` [C, P]; infinite and zero where there is no skill."""
    none = {"after": inf, "resolved": 0.0}[of]
    skills = [[profile.skills.get(one.name) for profile in model.profiles] for one in model.classes]
    return np.array([[_of(skill, of, none) for skill in row] for row in skills], dtype=np.float64)


def _of(skill: Skill | None, name: str, none: float) -> float:
    return float(getattr(skill, name)) if skill else none


def _moments_of(name: str, old_at: float, model: Model) -> list[float]:
    rings = {profile.skills[name].after for profile in model.profiles if name in profile.skills}
    return sorted(moment for moment in rings | {old_at} if 0 < moment < inf)
