"""What was decided, and why: enough to explain it to an agent, and to decide it again."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from ninelives.routing.engine import deciding
from ninelives.routing.engine.arrays import OF_CLASS, OF_PROFILE, Plan
from ninelives.routing.engine.deciding import Choice, best_class, best_profile


class Guard(Enum):
    """What decided beside the scores."""

    NONE = deciding.PLAIN
    AGE = deciding.AGED
    """Waited past the age limit: the longest goes first."""
    CONTINUITY = deciding.KNOWN
    """The agent and the customer know each other, and that costs others little."""
    FLOOR = deciding.FLOORED
    """Without the floor of its class somebody else would have come first."""
    RESERVE = deciding.RESERVED
    """Nobody: who is free stays free for those who need them more."""
    RELAXED = deciding.RELAXED
    """Only by waiting was this agent open to the contact."""
    FAIRNESS = deciding.SPREAD
    """Several were equally good: the one least needed elsewhere, then the one idle longest."""


class Asked(Enum):
    CLASS = "class"
    """An agent was free: which class of contacts?"""
    PROFILE = "profile"
    """A contact was to be placed: which profile of agents?"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`which`: index of the class or profile. `score`: value a second (by first come, seconds)."""

    which: int
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision read, beside its plan: handed to `again`, it decides the same to the bit.

    `subject`: index of the profile or class that was asked for. `figures`: for a class the free agents of the
    profile; for a profile seconds waited and the floor's multiplier. `lines`: per candidate, as in `board`.
    """

    asked: Asked
    subject: int
    figures: tuple[float, ...]
    lines: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """`contact` and `agent` are None where nobody was given to anybody. `plan`: which prices were in force.
    `class_price` of the winner's class and `profile_price` of the winner's profile, value a contact and a second."""

    at: float
    contact: str | None
    agent: str | None
    winner: Candidate | None
    runner_up: Candidate | None
    guard: Guard
    class_price: float
    profile_price: float
    plan: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Verdict:
    """The part of a decision that can be found again from its evidence."""

    winner: Candidate | None
    runner_up: Candidate | None
    guard: Guard


def again(plan: Plan, evidence: Evidence) -> Verdict:
    """Decides anew from what a decision read. `plan` must be the one in force then (`name_of` tells)."""
    lines = np.frombuffer(evidence.lines, dtype=np.float64)
    if evidence.asked is Asked.CLASS:
        waited, extra = lines.reshape(2, -1)
        return verdict(plan, evidence, best_class(plan, evidence.subject, evidence.figures[0], waited, extra))
    free, idle, strain = lines.reshape(3, -1)
    waited_by_it, multiplier = evidence.figures
    return verdict(plan, evidence, best_profile(plan, evidence.subject, waited_by_it, multiplier, free, idle, strain))


def verdict(plan: Plan, evidence: Evidence, choice: Choice) -> Verdict:
    row = OF_PROFILE if evidence.asked is Asked.CLASS else OF_CLASS
    first = int(plan.starts[row, evidence.subject])

    def candidate(place: int, score: float) -> Candidate | None:
        return Candidate(int(plan.ties[row, first + place]), float(score)) if place >= 0 else None

    best, second = candidate(choice.best, choice.score), candidate(choice.second, choice.second_score)
    return Verdict(best, second, Guard(choice.guard))
