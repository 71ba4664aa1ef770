"""Prices of the fluid program, on a centre that can be reckoned by hand."""

import numpy as np
import pytest

from ninelives.routing.engine.arrays import Rates
from ninelives.routing.engine.planning import Rule, name_of, plan
from ninelives.routing.engine.prices import find_prices
from ninelives.routing.tests.centres import random_model, two_classes


def test_prices_of_two_classes_in_overload():
    # The first profile serves 480 A an hour; 12 of the second serve the other 120, and its 48 left 720 of 900 B.
    prices = find_prices(Rates.of(two_classes()))
    assert prices.bound * 3600 == pytest.approx(180)
    assert prices.classes == pytest.approx([1.5, 1.0])
    assert prices.profiles * 3600 == pytest.approx([18, 15])


def test_where_there_are_enough_nobodys_time_has_a_price():
    prices = find_prices(Rates.of(two_classes(a=0.05, b=0.05)))
    assert prices.bound == 0
    assert prices.profiles == pytest.approx([0, 0])


@pytest.mark.parametrize("seed", range(5))
def test_no_pair_earns_more_than_its_agents_time_costs(seed):
    rates = Rates.of(random_model(seed))
    prices = find_prices(rates)
    reduced = prices.classes[:, None] * rates.rate - prices.profiles[None, :]
    assert np.all(reduced[rates.rate > 0] < 1e-9)
    assert prices.bound == pytest.approx(prices.classes @ rates.arrivals - prices.profiles @ rates.agents, abs=1e-9)


def test_equal_plans_have_equal_names():
    assert name_of(plan(two_classes(), Rule())) == name_of(plan(two_classes(), Rule()))
    assert name_of(plan(two_classes(), Rule())) != name_of(plan(two_classes(a=0.2), Rule()))
