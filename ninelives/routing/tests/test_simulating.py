"""The simulated centre beside what is known of it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from ninelives.config.environment import PROJECT
from ninelives.routing.engine import planning
from ninelives.routing.engine.compiled import IS_COMPILED
from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill, UnfitError
from ninelives.routing.engine.planning import FIRST_COME, Rule
from ninelives.routing.engine.simulating import Span, rehearse, simulate
from ninelives.routing.engine.waiting import expected_wait, first_pace, note_first, note_taken
from ninelives.routing.tests.centres import two_classes


def one_pool(agents: int = 14, patience: float = 120.0, calls: float = 200.0) -> Model:
    callers = ContactClass("calls", patience, arrivals=calls / 3600)
    return Model((callers,), (Profile("all", agents, {"calls": Skill(1 / 180)}),))


# Erlang A, computed apart: 200 calls an hour of 180 s, patience 120 s.
@pytest.mark.parametrize(("agents", "lost", "wait"), [(10, 0.137463826, 16.4956592), (14, 0.0228392865, 2.74071438)])
def test_one_pool_is_erlang_a(agents, lost, wait):
    model = one_pool(agents)
    made = planning.plan(model, FIRST_COME)
    seen = [simulate(model, made, Span(100, seed)) for seed in range(1, 11)]
    for numbers, truth in (([one.abandonment for one in seen], lost), ([one.wait[0] for one in seen], wait)):
        assert abs(np.mean(numbers) - truth) < 4 * np.std(numbers, ddof=1) / np.sqrt(len(numbers))


def test_the_same_seed_is_the_same_day():
    model = two_classes()
    made = planning.plan(model, Rule())
    one, other, third = (simulate(model, made, Span(2, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.lost, other.lost)
    assert np.array_equal(one.wait, other.wait)
    assert not np.array_equal(one.wait, third.wait)


@pytest.mark.skipif(not IS_COMPILED, reason="nothing is compiled here")
def test_a_day_is_the_same_to_the_bit_where_nothing_is_compiled():
    told = [
        subprocess.run(
            [sys.executable, "-c", _A_DAY],
            cwd=PROJECT,
            env=os.environ | more,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for more in ({"NUMBA_DISABLE_JIT": "1"}, {})
    ]
    assert told[0] == told[1] != ""


_A_DAY = """
import numpy as np
from ninelives.routing.engine.planning import Rule, plan
from ninelives.routing.engine.simulating import Span, simulate
from ninelives.routing.tests.centres import two_classes
day = simulate(two_classes(), plan(two_classes(), Rule(), floors=np.array([0.9, 0.3])), Span(1, 1, endless=0.1))
print(day.lost, day.wait.tobytes().hex(), day.extra.tobytes().hex(), day.held)
"""


def test_two_rules_meet_the_same_customers():
    model = two_classes()
    index, simple = (simulate(model, planning.plan(model, rule), Span(5, 1)) for rule in (Rule(), FIRST_COME))
    assert np.array_equal(index.offered, simple.offered)
    assert not np.array_equal(index.lost, simple.lost)


def test_prices_lose_less_value_than_first_come_and_not_less_than_the_bound():
    model = two_classes()
    value = np.array([3.0, 1.0])
    index, simple = (rehearse(model, rule) for rule in (Rule(allowance=None), FIRST_COME))
    cost, baseline = (simulate(model, ready.plan, Span(100, 1)).cost(value) for ready in (index, simple))
    assert 3600 * index.bound < cost < 0.85 * baseline


def test_a_floor_is_held():
    model = two_classes(a=0.165, b=0.235)
    ready = rehearse(model, Rule(allowance=0.1), hours=100)
    held, free = (
        simulate(model, made.plan, Span(100, 1), made.extra).service_levels
        for made in (ready, rehearse(model, Rule(allowance=None)))
    )
    floor = ready.plan.classes[4, 1]
    assert free[1] < floor - 0.04
    assert held[1] > floor - 0.02


def test_expected_waits_are_as_right_as_they_say():
    seen = simulate(one_pool(10), planning.plan(one_pool(10), FIRST_COME), Span(400, 1, endless=0.05))
    assert seen.told[0] > 500
    assert 0.74 < seen.held[0] / seen.told[0] < 0.86


def test_the_expected_wait_counts_who_is_ahead_and_who_of_them_gives_up():
    pace = first_pace(np.array([10.0]))
    assert expected_wait(pace, 0, 0, 60.0).mean == pytest.approx(10)
    assert expected_wait(pace, 0, 1, 60.0).mean == pytest.approx(10 + 1 / (1 / 10 + 1 / 60))
    told = expected_wait(pace, 0, 5, np.inf)
    assert told.mean == pytest.approx(60)
    assert told.low < told.mean < told.high


def test_a_clock_that_was_set_back_makes_nobody_faster_than_at_once():
    pace = first_pace(np.array([60.0]))
    note_first(pace, 0, 7200.0)
    note_taken(pace, 0, 3600.0)
    assert expected_wait(pace, 0, 0, np.inf).mean == pytest.approx(57)


def test_what_cannot_be_simulated_is_refused():
    with pytest.raises(UnfitError, match="cannot be simulated"):
        Span(-1, 1)
    with pytest.raises(UnfitError, match="nobody arrives"):
        simulate(one_pool(calls=0), planning.plan(one_pool(calls=0), FIRST_COME), Span(1, 1))
