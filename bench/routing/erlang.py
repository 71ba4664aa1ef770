"""The simulator beside Erlang A: one class, one pool, where the truth is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Any

from bench.routing.policies import run
from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill
from ninelives.routing.engine.planning import FIRST_COME
from ninelives.routing.engine.simulating import rehearse


@dataclass(frozen=True)
class Row:
    """Calls an hour, seconds of handling and of patience, agents; and what is known: lost, and mean wait of all."""

    calls: float
    handling: float
    patience: float
    agents: int
    lost: float
    wait: float

    def model(self) -> Model:
        calls = ContactClass("calls", self.patience, arrivals=self.calls / 3600)
        return Model((calls,), (Profile("all", self.agents, {"calls": Skill(1 / self.handling)}),))


# Reference values to twelve digits, from an exact computation apart from this code.
ROWS = (
    Row(200, 180, 120, 10, 0.137463826276, 16.4956591532),
    Row(200, 180, 120, 11, 0.0941550342375, 11.2986041085),
    Row(200, 180, 120, 14, 0.0228392865318, 2.74071438382),
    Row(2880, 60, 120, 50, 0.0309122491622, 3.70946989946),
    Row(1000, 300, 180, 80, 0.0720957183857, 12.9772293094),
    Row(1000, 300, 180, 84, 0.0452198551902, 8.13957393423),
    Row(1000, 300, 180, 90, 0.0186341003483, 3.35413806269),
    Row(2000, 300, 120, 160, 0.0620418735954, 7.44502483145),
    Row(20000, 360, 120, 1980, 0.0173354272206, 2.08025126648),
    Row(12, 900, 3600, 3, 0.151594940847, 545.74178705),
    Row(504, 600, 180, 90, 0.0256857143294, 4.6234285793),
    Row(84, 600, 180, 15, 0.102385270846, 18.4293487523),
)


def exact(row: Row) -> tuple[float, float]:
    """Lost and mean wait of all by Erlang A: the birth and death process of who is in the system."""
    arrivals, service, giving_up = row.calls / 3600, 1 / row.handling, 1 / row.patience
    chances, waiting, weight = 1.0, 0.0, 1.0
    for there in range(1, 100_000):
        weight *= arrivals / (min(there, row.agents) * service + max(there - row.agents, 0) * giving_up)
        chances += weight
        waiting += weight * max(there - row.agents, 0)
        if there > row.agents and weight < 1e-16 * chances:
            break
    wait = waiting / chances / arrivals
    return wait * giving_up, wait


def compare(hours: float, seeds: Sequence[int]) -> list[dict[str, Any]]:
    # Seeds of its own for each row: else all would meet the same customers, and err in the same direction.
    return [_compare(row, hours, [1000 * place + seed for seed in seeds]) for place, row in enumerate(ROWS)]


def _compare(row: Row, hours: float, seeds: Sequence[int]) -> dict[str, Any]:
    model = row.model()
    # As many contacts in each row.
    outcomes = run(model, rehearse(model, FIRST_COME), hours * 1000 / row.calls, seeds)
    lost = [one.abandonment for one in outcomes]
    waits = [float(one.wait[0]) for one in outcomes]
    return {
        "calls_per_h": row.calls,
        "aht_s": row.handling,
        "patience_s": row.patience,
        "agents": row.agents,
        "abandonment": mean(lost),
        "reference": row.lost,
        "z": _z(lost, row.lost),
        "wait_s": mean(waits),
        "reference_wait_s": row.wait,
        "z_wait": _z(waits, row.wait),
    }


def _z(numbers: Sequence[float], truth: float) -> float:
    error = stdev(numbers) / math.sqrt(len(numbers))
    return (mean(numbers) - truth) / error if error else 0.0
