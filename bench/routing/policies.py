"""Policies by their names, and runs of them with intervals. All policies of a seed meet the same customers."""

import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

import numpy as np

from bench.routing.scenario import Scenario
from ninelives.routing.engine.arrays import Rates
from ninelives.routing.engine.model import Model, UnfitError
from ninelives.routing.engine.planning import FIRST_COME, Rule
from ninelives.routing.engine.simulating import Outcome, Rehearsed, Span, rehearse, simulate

# Of Student's distribution, 97.5 %, by degrees of freedom.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120)

RULES: dict[str, Callable[[Scenario], Rule]] = {
    "pix": lambda scenario: Rule() if scenario.promises else Rule(allowance=None),
    "pix-with-floors": lambda scenario: Rule(),
    "pix-without-floors": lambda scenario: Rule(allowance=None),
    "fcfs": lambda scenario: FIRST_COME,
}
_ALIASES = {
    "priceindex": "pix",
    "default": "pix",
    "fcfslongestidle": "fcfs",
    "longestidle": "fcfs",
    "firstcome": "fcfs",
    "baseline": "fcfs",
}
TOPOLOGIES = "silos, chain-2, chain-3 and so on, pooled"


@dataclass(frozen=True)
class Policy:
    """`skills`: how many classes a pool takes, in scenarios of pools; None is up to the scenario."""

    rule: str
    skills: int | None = None


@dataclass(frozen=True)
class Figure:
    """A mean over seeds, and half of its interval of 95 %."""

    mean: float
    half_width: float


def policy(name: str, scenario: Scenario) -> Policy:
    """By a name such as `pix`, `fcfs`, `chain-2`, `chain-2 fcfs`. Raises UnfitError."""
    skills, rest = _topology(name.strip().lower(), len(scenario.classes))
    if skills and not scenario.is_of_pools:
        raise UnfitError(f"{scenario.name}: {name} is for scenarios of pools; this one says itself who serves what")
    plain = re.sub(r"[^a-z]", "", rest)
    names = {re.sub(r"[^a-z]", "", rule): rule for rule in RULES} | _ALIASES | {"": "pix"}
    if plain not in names:
        raise UnfitError(f"there is no policy {name!r}: there are {', '.join(RULES)}; for pools also {TOPOLOGIES}")
    return Policy(names[plain], skills)


def prepared(model: Model, rule: Rule) -> Rehearsed:
    return rehearse(model, rule)


def run(model: Model, ready: Rehearsed, hours: float, seeds: Sequence[int], endless: float = 0.0) -> list[Outcome]:
    outcomes = []
    for seed in seeds:
        outcomes.append(simulate(model, ready.plan, Span(hours, seed, endless=endless), ready.extra))
        print(".", end="", flush=True, file=sys.stderr)
    return outcomes


def figure(numbers: Sequence[float]) -> Figure:
    count = len(numbers)
    if count < 2:
        return Figure(float(numbers[0]), math.nan)
    t = _T[min(count - 2, len(_T) - 1)]
    return Figure(float(mean(numbers)), float(t * stdev(numbers) / math.sqrt(count)))


def costs(model: Model, outcomes: Sequence[Outcome]) -> list[float]:
    """Value lost an hour, seed by seed."""
    value = Rates.of(model).value
    return [outcome.cost(value) for outcome in outcomes]


def levels(model: Model, outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Of each class the share answered in time, over all seeds."""
    in_time = np.sum([one.in_time for one in outcomes], axis=0)
    offered = np.sum([one.offered for one in outcomes], axis=0)
    shares = in_time / np.maximum(offered, 1.0)
    return {one.name: round(float(share), 4) for one, share in zip(model.classes, shares, strict=True)}


def _topology(name: str, classes: int) -> tuple[int | None, str]:
    if found := re.search(r"chain\W*(\d+)|(\d+)\W*skills?(\W*chain)?", name):
        return max(1, int(found[1] or found[2])), name.replace(found[0], "")
    for word, skills in (("silos", 1), ("silo", 1), ("pooled", classes), ("all skills", classes)):
        if word in name:
            return skills, name.replace(word, "")
    return None, name
