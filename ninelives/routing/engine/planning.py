"""From a model and a rule to the plan that decisions follow."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from ninelives.routing.engine.arrays import (
    AGE_LIMIT,
    CLASS_PRICE,
    DEMAND,
    FLOOR,
    HORIZON,
    PATIENCE,
    VALUE,
    WITHIN,
    Floats,
    Plan,
    Rates,
    each_skill,
    eligibility,
    moments,
    padded,
)
from ninelives.routing.engine.model import Model, UnfitError
from ninelives.routing.engine.prices import Prices, find_prices


class Method(StrEnum):
    INDEX = "index"
    """PIX: by prices and urgency, with all guards."""
    FIRST_COME = "first-come"
    """First come, first served, by the agent who is idle longest."""


@dataclass(frozen=True)
class Rule:
    """How is decided.

    `kappa`: urgency of somebody who just came, in horizons waited: the larger, the less waiting counts.
    `spare`: how many agents of a profile stay free for classes that pay for them, in square roots of its size; 0 is
    none. `allowance`: by how much a class without a floor of its own may fall below first come, first served; None:
    there are no such floors. `step`: how far a multiplier moves at one contact, as a share of the mean value.
    `cap`: how far it may move in all, in largest values.
    """

    method: Method = Method.INDEX
    kappa: float = 2.0
    spare: float = 0.8
    allowance: float | None = 0.05
    step: float = 0.02
    cap: float = 10.0

    def __post_init__(self) -> None:
        if min(self.kappa, self.spare, self.step, self.cap, self.allowance or 0.0) < 0:
            raise UnfitError(f"no figure of a rule may be negative: {self}")
        if self.kappa == 0:
            raise UnfitError("kappa must be above 0: nobody's urgency is nothing")


FIRST_COME = Rule(method=Method.FIRST_COME, allowance=None)


def plan(model: Model, rule: Rule, prices: Prices | None = None, floors: Floats | None = None) -> Plan:
    """`floors` [C]: shares to be held by classes that have none of their own. Without prices these are found first."""
    rates = Rates.of(model)
    prices = prices or find_prices(rates)
    profile_start, profile_classes = eligibility(rates.rate.T)
    class_start, class_profiles = eligibility(rates.rate)
    wake_start, wakes = moments(model)
    return Plan(
        by_index=rule.method is Method.INDEX,
        kappa=rule.kappa,
        step=rule.step * _mean_value(rates),
        cap=rule.cap * float(rates.value.max(initial=0.0)),
        classes=_classes(model, rates, prices, floors),
        profiles=np.array([prices.profiles, rule.spare * np.sqrt(rates.agents)]),
        pairs=np.array([rates.rate, rates.rate * each_skill(model, "resolved"), each_skill(model, "after")]),
        starts=padded(profile_start, class_start, wake_start),
        ties=np.array([profile_classes, class_profiles]),
        wakes=wakes,
    )


def name_of(made: Plan) -> str:
    """A plan's name: equal plans have equal names, and what was decided under one can be decided again under it."""
    told = hashlib.sha256(repr((made.by_index, made.kappa, made.step, made.cap)).encode())
    for array in (made.classes, made.profiles, made.pairs, made.starts, made.ties, made.wakes):
        told.update(str(array.shape).encode() + array.tobytes())
    return told.hexdigest()[:16]


def _classes(model: Model, rates: Rates, prices: Prices, floors: Floats | None) -> Floats:
    classes = model.classes
    rows = {
        VALUE: rates.value,
        HORIZON: _array(one.urgent_in for one in classes),
        WITHIN: _array(one.within for one in classes),
        AGE_LIMIT: _array(one.old_at for one in classes),
        FLOOR: _floors(model, floors),
        CLASS_PRICE: prices.classes,
        DEMAND: rates.value * rates.arrivals,
        PATIENCE: _array(one.patience for one in classes),
    }
    return np.array([rows[row] for row in sorted(rows)])


def _array(numbers: Iterable[float]) -> Floats:
    return np.array(list(numbers), dtype=np.float64)


def _floors(model: Model, floors: Floats | None) -> Floats:
    """-inf where nothing is to be held: the multiplier then never leaves 0."""
    given = np.full(len(model.classes), -inf) if floors is None else floors
    return np.array(
        [there if one.floor is None else one.floor for one, there in zip(model.classes, given, strict=True)],
        dtype=np.float64,
    )


def _mean_value(rates: Rates) -> float:
    total = float(rates.arrivals.sum())
    return float(rates.value @ rates.arrivals) / total if total else 1.0


def repriced(made: Plan, rates: Rates, prices: Prices, rule: Rule, agents: Floats) -> Plan:
    """The same plan at another hour: other arrivals, others at work. `rates` with the arrivals [C] expected now,
    `prices` with the price [P] and `agents` [P] of each profile of the plan."""
    classes = made.classes.copy()
    classes[CLASS_PRICE], classes[DEMAND] = prices.classes, rates.value * rates.arrivals
    return made._replace(
        step=rule.step * _mean_value(rates),
        classes=classes,
        profiles=np.array([prices.profiles, rule.spare * np.sqrt(agents)]),
    )
