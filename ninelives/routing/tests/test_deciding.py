"""Live and in simulation the same is decided, compiled or not."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ninelives.routing.engine import board, deciding
from ninelives.routing.engine.arrays import OF_CLASS, OF_PROFILE, Plan
from ninelives.routing.engine.compiled import IS_COMPILED, as_written
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.planning import FIRST_COME, Rule, plan
from ninelives.routing.engine.simulating.world import World, become_busy, begin_to_wait, new_world
from ninelives.routing.engine.standing import Idle, Waiting
from ninelives.routing.tests.centres import random_model

NOW = 1000.0
RULES = (Rule(), Rule(spare=3.0), FIRST_COME)


def in_both(seed: int) -> tuple[Matcher, World, Plan, np.random.Generator]:
    """The same random state, as the live matcher and as the simulator keep it."""
    draw = np.random.default_rng(seed)
    model = random_model(seed)
    made = plan(model, RULES[seed % len(RULES)])
    extra = draw.uniform(0, 3, len(model.classes)) * draw.integers(0, 2)
    agents = np.array([one.agents for one in model.profiles])
    world = new_world(made, agents, np.array([one.arrivals for one in model.classes]), extra, 100)
    idle = []
    for agent in range(int(agents.sum())):
        if draw.random() < 0.5:
            idle.append(Idle(0.0, f"{agent:03}", int(world.profile[agent])))
        else:
            become_busy(made, world, agent)
    waiting = []
    for since in sorted(draw.uniform(0, NOW, draw.integers(0, 30))):
        klass = int(draw.integers(len(model.classes)))
        begin_to_wait(world, klass, since)
        waiting.append(Waiting(since, f"{since}", klass))
    return Matcher.restored(made, waiting, idle, extra), world, made, draw


# The first call may compile.
@settings(deadline=None)
@given(seed=some.integers(0, 10_000))
def test_the_live_matcher_and_the_simulator_choose_the_same_class(seed):
    matcher, world, made, draw = in_both(seed)
    profile = int(draw.integers(made.profiles.shape[1]))
    agent = Idle(-1.0, "she", profile)
    board.count_free(made, world.board, profile, 1.0)
    simulated = board.choose_class(made, world.board, profile, NOW)
    decision = matcher.free(agent, NOW)
    chosen = made.ties[OF_PROFILE, made.starts[OF_PROFILE, profile] + simulated.best] if simulated.best >= 0 else None
    assert (decision.winner and decision.winner.which) == chosen
    assert decision.guard.value == simulated.guard
    assert decision.winner is None or decision.winner.score == simulated.score


# The first call may compile.
@settings(deadline=None)
@given(seed=some.integers(0, 10_000))
def test_the_live_matcher_and_the_simulator_choose_the_same_profile(seed):
    matcher, world, made, draw = in_both(seed)
    klass, since = int(draw.integers(made.classes.shape[1])), float(draw.uniform(0, NOW))
    simulated = board.choose_profile(made, world.board, klass, since, NOW)
    decision = matcher.arrive(Waiting(since, "new", klass), NOW)
    chosen = made.ties[OF_CLASS, made.starts[OF_CLASS, klass] + simulated.best] if simulated.best >= 0 else None
    assert (decision.winner and decision.winner.which) == chosen
    assert decision.guard.value == simulated.guard


@pytest.mark.skipif(not IS_COMPILED, reason="nothing is compiled here")
# The first call may compile.
@settings(deadline=None)
@given(seed=some.integers(0, 10_000))
def test_what_is_compiled_decides_as_it_is_written(seed):
    _, world, made, draw = in_both(seed)
    profile, klass = int(draw.integers(made.profiles.shape[1])), int(draw.integers(made.classes.shape[1]))
    waited, extra = (line.copy() for line in board.lines_of_classes(made, world.board, profile, NOW))
    asked = (made, profile, float(draw.integers(1, 4)), waited, extra)
    assert as_written(deciding.best_class)(*asked) == deciding.best_class(*asked)
    lines = [line.copy() for line in board.lines_of_profiles(made, world.board, klass, NOW)]
    asked_profile = (made, klass, float(draw.uniform(0, 1000)), 0.5, *lines)
    assert as_written(deciding.best_profile)(*asked_profile) == deciding.best_profile(*asked_profile)


def test_a_multiplier_stands_still_where_the_floor_is_just_held():
    made = plan(random_model(1), Rule(), floors=np.full(6, 0.75))
    moved = 1.0
    for in_time in (True, True, True, False):
        moved = deciding.next_multiplier(made, 0, moved, in_time)
    assert moved == pytest.approx(1.0)


def test_a_multiplier_is_bounded_and_stays_where_there_is_no_floor():
    made = plan(random_model(1), Rule(), floors=np.array([0.9, *[-math.inf] * 5]))
    moved = [0.0, 0.0]
    for _ in range(10_000):
        moved = [deciding.next_multiplier(made, klass, moved[klass], False) for klass in (0, 1)]
    assert moved == [made.cap, 0.0]
