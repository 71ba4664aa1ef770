"""Before a rule is used: what first come, first served would give each class, and the multipliers that hold floors."""

from dataclasses import dataclass, replace

import numpy as np

from ninelives.routing.engine.arrays import FLOOR, Floats, Plan, Rates
from ninelives.routing.engine.model import Model
from ninelives.routing.engine.planning import FIRST_COME, Rule, plan
from ninelives.routing.engine.prices import find_prices
from ninelives.routing.engine.simulating.running import Span, simulate

# Seeds of rehearsals, apart from those that people give to measurements.
_SEED = 0x9E3779B9
_HASTE = 4


@dataclass(frozen=True)
class Rehearsed:
    """The plan, and the multipliers [C] to begin with. `bound`: value lost a second by any rule, at the least."""

    plan: Plan
    extra: Floats
    bound: float


def rehearse(model: Model, rule: Rule, hours: float = 200.0) -> Rehearsed:
    """What a planner does every few minutes, or once for a scenario. Same model and rule, same result.

    Classes without a floor of their own get one: what first come, first served gives them in a simulation of
    `hours`, less the rule's allowance. The second simulation starts the multipliers, which then go on learning.
    """
    prices = find_prices(Rates.of(model))
    floors = None if rule.allowance is None else _floors(model, rule.allowance, hours)
    made = plan(model, rule, prices, floors)
    extra = np.zeros(len(model.classes))
    if np.isfinite(made.classes[FLOOR]).any() and made.by_index:
        hasty = made._replace(step=_HASTE * made.step)
        settled = simulate(model, hasty, Span(hours / 4, _SEED + 1, warm_up=hours / 4))
        extra = simulate(model, made, Span(hours / 2, _SEED + 2, warm_up=hours / 4), settled.mean_extra).mean_extra
    return Rehearsed(made, extra, prices.bound)


def _floors(model: Model, allowance: float, hours: float) -> Floats:
    simple = plan(model, replace(FIRST_COME))
    # Of a large centre few hours are simulated: warming up must not take longer than they do.
    levels = simulate(model, simple, Span(hours, _SEED, warm_up=min(4.0, hours / 2))).service_levels
    return np.maximum(levels - allowance, 0.0)
