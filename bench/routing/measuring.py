"""The measures: S1, S2 and S3, Erlang A, told waits, and any scenario by any policy."""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.routing import erlang
from bench.routing.policies import RULES, Figure, Policy, costs, figure, levels, policy, prepared, run
from bench.routing.scenario import Scenario, own, read
from ninelives.routing.engine.arrays import Rates
from ninelives.routing.engine.model import Model, UnfitError
from ninelives.routing.engine.prices import find_prices
from ninelives.routing.engine.simulating import Outcome

# Of chains the interval is to be narrow; silos and pooling are only the frame.
_S1 = {"silos": 500, "chain-2": 3000, "chain-2 fcfs": 1000, "chain-3": 3000, "chain-3 fcfs": 1000, "pooled": 500}
_LOADS = (0.9, 1.0, 1.1)
_SCALES = {1: 1000, 4: 200, 16: 50}


@dataclass(frozen=True)
class Compared:
    """Two rules on the same customers: value lost an hour of each, their ratio, service levels, and the bound."""

    cost: Figure
    baseline: Figure
    ratio: Figure
    levels: dict[str, float]
    baseline_levels: dict[str, float]
    bound: float

    @property
    def worst_fall(self) -> float:
        """Points of service level that the class which falls most falls below the baseline; negative if none does."""
        return 100 * max(self.baseline_levels[name] - level for name, level in self.levels.items())


def all_of_it(share: float) -> dict[str, Any]:
    return {
        "S1": s1(share),
        "S2": s2(share),
        "S3": s3(share),
        "erlang_a": _told(erlang.compare(100 * share, range(1, 17))),
        "waits": waits(share),
    }


def s1(share: float) -> dict[str, Any]:
    figures = {}
    for name, hours in _S1.items():
        outcomes = _runs(own("S1"), policy(name, own("S1")), hours * share, range(1, 11))[1]
        lost, level = (figure([getattr(one, of) for one in outcomes]) for of in ("abandonment", "service_level"))
        figures[name] = _rounded(abandonment=lost.mean, service_level=level.mean, half_width=lost.half_width)
        print(f"  S1 {name}: lost {lost.mean:.5f} ± {lost.half_width:.5f}, in time {level.mean:.4f}")
    return figures


def s2(share: float) -> dict[str, Any]:
    figures = {}
    for scale, hours in _SCALES.items():
        seen = compare(own("S2"), "pix", hours * share, range(1, 9), scale=scale)
        ratios = {"ratio": seen.cost.mean / seen.bound, "half_width": seen.cost.half_width / seen.bound}
        fcfs = {"fcfs_ratio": seen.baseline.mean / seen.bound, "lp_bound": seen.bound}
        figures[str(scale)] = _rounded(**ratios, **fcfs)
        print(f"  S2 x{scale}: {ratios['ratio']:.3f} ± {ratios['half_width']:.3f} of the bound")
    return figures


def s3(share: float) -> dict[str, Any]:
    figures = {}
    for load in _LOADS:
        seen = compare(own("S3"), "pix", 200 * share, range(1, 11), load=load)
        figures[f"{load:.1f}"] = described(seen)
        print(
            f"  S3 load {load}: {seen.ratio.mean:.3f} ± {seen.ratio.half_width:.3f}, worst {seen.worst_fall:.1f} points"
        )
    return figures


def waits(share: float) -> dict[str, Any]:
    """Waits told to contacts that never give up, one in fifty: how many ended within the range of 80 %."""
    figures = {}
    for load in _LOADS:
        model = own("S3").model(load=load)
        ready = prepared(model, RULES["pix"](own("S3")))
        outcomes = run(model, ready, 200 * share, range(1, 3), endless=0.02)
        told, held = (np.sum([getattr(one, of) for one in outcomes], axis=0) for of in ("told", "held"))
        each = {one.name: round(float(h / max(t, 1)), 3) for one, h, t in zip(model.classes, held, told, strict=True)}
        figures[f"{load:.1f}"] = {
            "held": round(float(held.sum() / told.sum()), 4),
            "told": int(told.sum()),
            "classes": each,
        }
        print(f"  waits at load {load}: {held.sum() / told.sum():.3f} of {told.sum():.0f} within the range of 0.8")
    return figures


def compare(
    scenario: Scenario, rule: str, hours: float, seeds: Sequence[int], load: float = 1.0, scale: int = 1
) -> Compared:
    model = scenario.model(load=load, scale=scale)
    return compared(
        model, _runs_of(model, rule, scenario, hours, seeds), _runs_of(model, "fcfs", scenario, hours, seeds)
    )


def compared(model: Model, outcomes: list[Outcome], baseline: list[Outcome]) -> Compared:
    cost, other = costs(model, outcomes), costs(model, baseline)
    return Compared(
        cost=figure(cost),
        baseline=figure(other),
        ratio=figure([one / two if two else math.nan for one, two in zip(cost, other, strict=True)]),
        levels=levels(model, outcomes),
        baseline_levels=levels(model, baseline),
        bound=3600 * find_prices(Rates.of(model)).bound,
    )


def described(seen: Compared) -> dict[str, Any]:
    return {
        **_rounded(ratio=seen.ratio.mean, half_width=seen.ratio.half_width, lp_bound=seen.bound),
        **_rounded(value_lost_per_h=seen.cost.mean, fcfs_value_lost_per_h=seen.baseline.mean),
        "worst_fall_points": round(seen.worst_fall, 2),
        "service_levels": {"pix": seen.levels, "fcfs": seen.baseline_levels},
    }


def scenario(options: argparse.Namespace) -> dict[str, Any]:
    if not (0 < options.hours <= 100_000 and 0 < options.seeds <= 1000 and options.load > 0 and options.scale > 0):
        raise UnfitError("--hours, --seeds, --load and --scale must be above 0, hours at most 100,000, seeds 1,000")
    several = read(options.scenario)
    figures = [_scenario(one, options) for one in several]
    return figures[0] if len(figures) == 1 else {"scenarios": figures}


def _scenario(told: Scenario, options: argparse.Namespace) -> dict[str, Any]:
    chosen = policy(options.policy, told)
    seeds = range(1, options.seeds + 1)
    model, outcomes = _runs(told, chosen, options.hours, seeds, options.load, options.scale)
    bound = 3600 * find_prices(Rates.of(model)).bound
    lost, level, cost = (figure(numbers) for numbers in _series(model, outcomes))
    figures = {
        "scenario": told.name,
        "policy": options.policy,
        "rule": chosen.rule,
        "hours": options.hours,
        "seeds": options.seeds,
        **_rounded(abandonment=lost.mean, half_width=lost.half_width, service_level=level.mean),
        **_rounded(service_level_half_width=level.half_width),
        **_rounded(value_lost_per_h=cost.mean, value_lost_half_width=cost.half_width, lp_bound=bound),
        "cost_to_bound": round(cost.mean / bound, 4) if bound > 1e-9 else None,
        "service_levels": levels(model, outcomes),
        "classes": _classes(model, outcomes),
    }
    if chosen.rule != "fcfs":
        baseline = _runs(told, Policy("fcfs", chosen.skills), options.hours, seeds, options.load, options.scale)[1]
        figures["beside_fcfs"] = described(compared(model, outcomes, baseline))
    print(f"  {told.name}, {options.policy}: lost {lost.mean:.5f} ± {lost.half_width:.5f}, in time {level.mean:.4f}")
    return _told(figures)


def _series(model: Model, outcomes: list[Outcome]) -> tuple[list[float], list[float], list[float]]:
    return [one.abandonment for one in outcomes], [one.service_level for one in outcomes], costs(model, outcomes)


def _classes(model: Model, outcomes: list[Outcome]) -> dict[str, Any]:
    return {one.name: _class(place, outcomes) for place, one in enumerate(model.classes)}


def _class(place: int, outcomes: list[Outcome]) -> dict[str, Any]:
    offered, lost, in_time, waited = (
        sum(float(numbers[place]) for numbers in of)
        for of in (
            [one.offered for one in outcomes],
            [one.lost for one in outcomes],
            [one.in_time for one in outcomes],
            [one.wait * one.offered for one in outcomes],
        )
    )
    rates = {"abandonment": lost, "service_level": in_time, "mean_wait_s": waited}
    return {"offered": int(offered), **_rounded(**{name: total / max(offered, 1.0) for name, total in rates.items()})}


def _runs(
    told: Scenario, chosen: Policy, hours: float, seeds: Sequence[int], load: float = 1.0, scale: int = 1
) -> tuple[Model, list[Outcome]]:
    model = told.model(chosen.skills, scale, load)
    return model, _runs_of(model, chosen.rule, told, hours, seeds)


def _runs_of(model: Model, rule: str, told: Scenario, hours: float, seeds: Sequence[int]) -> list[Outcome]:
    return run(model, prepared(model, RULES[rule](told)), hours, seeds)


def _rounded(**numbers: float) -> dict[str, float | None]:
    return {name: None if math.isnan(number) else round(float(number), 5) for name, number in numbers.items()}


def _told(figures: Any) -> Any:
    """Without what JSON has no word for."""
    if isinstance(figures, float):
        return round(figures, 6) if math.isfinite(figures) else None
    if isinstance(figures, dict):
        return {name: _told(one) for name, one in figures.items()}
    return [_told(one) for one in figures] if isinstance(figures, list) else figures
