"""Everybody at once."""

from itertools import permutations

import numpy as np
import pytest

from ninelives.routing.engine.arrays import RATE
from ninelives.routing.engine.deciding import urgency
from ninelives.routing.engine.planning import Rule, plan
from ninelives.routing.engine.rebuilding import match_all
from ninelives.routing.tests.centres import random_model

RULE = Rule(allowance=None)


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_given_twice_and_only_to_who_may(seed):
    made, waited, klass, free = everybody(seed, 200, 40)
    contacts, profiles = match_all(made, waited, klass, free, np.zeros(6))
    assert len(set(contacts)) == len(contacts) > 0
    assert np.all(np.bincount(profiles, minlength=5) <= free)
    assert np.all(made.pairs[RATE, klass[contacts], profiles] > 0)


@pytest.mark.parametrize("seed", range(10))
def test_the_match_is_nearly_the_best(seed):
    made, waited, klass, free = everybody(seed, 5, 3)
    waited = np.minimum(waited, made.classes[3, klass] - 1)
    contacts, profiles = match_all(made, waited, klass, free, np.zeros(6))
    value = sum(worth(made, klass[one], profile, waited[one]) for one, profile in zip(contacts, profiles, strict=True))
    agents = np.repeat(np.arange(5), free)
    best = max(
        sum(worth(made, klass[one], agents[place], waited[one]) for place, one in enumerate(order))
        for order in permutations(range(len(waited)), len(agents))
    )
    assert 0.5 * best <= value <= best + 1e-9


def test_a_match_of_nobody():
    made = plan(random_model(1), RULE)
    nobody = np.zeros(0)
    contacts, profiles = match_all(made, nobody, nobody.astype(np.int64), np.full(5, 3), np.zeros(6))
    assert len(contacts) == len(profiles) == 0


def worth(made, klass, profile, waited):
    may = made.pairs[RATE, klass, profile] > 0 and waited >= made.pairs[2, klass, profile]
    return urgency(made, klass, profile, waited, 0.0) if may else 0.0


def everybody(seed, contacts, agents):
    draw = np.random.default_rng(seed)
    klass = draw.integers(6, size=contacts)
    free = draw.multinomial(agents, np.full(5, 0.2))
    return plan(random_model(seed), RULE), draw.uniform(31, 900, contacts), klass, free
