"""What the matcher gives to whom, and why."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ninelives.routing.engine.decision import Guard, Verdict, again
from ninelives.routing.engine.matcher import Matcher
from ninelives.routing.engine.model import ContactClass, Model, Profile, Skill, UnfitError
from ninelives.routing.engine.planning import FIRST_COME, Rule, name_of, plan
from ninelives.routing.engine.standing import Idle, Waiting
from ninelives.routing.tests.centres import random_model, two_classes

A, B = 0, 1
FIRST, SECOND = 0, 1


PRICES = Rule(allowance=None)


def matcher(rule: Rule = PRICES, model: Model | None = None, **more) -> Matcher:
    return Matcher(plan(model or two_classes(), rule), **more)


def test_a_free_agent_gets_the_contact_that_is_worth_most():
    centre = matcher()
    centre.arrive(Waiting(0.0, "b", B), 0.0)
    centre.arrive(Waiting(5.0, "a", A), 5.0)
    decision = centre.free(Idle(10.0, "alice", SECOND), 10.0)
    assert (decision.contact, decision.agent, decision.guard) == ("a", "alice", Guard.NONE)
    assert (decision.winner.which, decision.runner_up.which) == (A, B)
    assert decision.winner.score > decision.runner_up.score
    assert (decision.class_price, decision.profile_price) == (pytest.approx(1.5), pytest.approx(15 / 3600))


def test_by_the_simple_rule_the_one_who_came_first():
    centre = matcher(FIRST_COME)
    centre.arrive(Waiting(0.0, "b", B), 0.0)
    centre.arrive(Waiting(5.0, "a", A), 5.0)
    decision = centre.free(Idle(10.0, "alice", SECOND), 10.0)
    assert (decision.contact, decision.winner.score, decision.runner_up.score) == ("b", 10.0, 5.0)


def test_among_equals_the_agent_who_is_idle_longest():
    centre = matcher()
    for since, agent in ((3.0, "bob"), (1.0, "alice"), (2.0, "carol")):
        centre.free(Idle(since, agent, FIRST), since)
    assert [centre.arrive(Waiting(9.0, contact, A), 9.0).agent for contact in "xyz"] == ["alice", "carol", "bob"]


def test_who_is_looked_at_late_is_told_the_whole_wait():
    centre = matcher()
    centre.arrive(Waiting(0.0, "first", B), 0.0)
    rest = centre.expected_wait(B, 1)
    centre.arrive(Waiting(20.0, "late", B), 50.0)
    assert centre.told("late") == pytest.approx([seconds + 30.0 for seconds in rest])
    # A clock that was set back makes no wait shorter.
    centre.arrive(Waiting(99.0, "later", B), 60.0)
    assert centre.told("later") == pytest.approx(centre.expected_wait(B, 2))


def test_who_waited_past_the_age_limit_goes_first():
    centre = matcher()
    centre.arrive(Waiting(0.0, "old", B), 0.0)
    centre.arrive(Waiting(999.0, "a", A), 999.0)
    decision = centre.free(Idle(999.0, "alice", SECOND), 999.0)
    assert (decision.contact, decision.guard) == ("old", Guard.AGE)


def test_a_class_below_its_floor_goes_first_and_the_decision_says_so():
    centre = matcher(extra=np.array([0.0, 20.0]))
    centre.arrive(Waiting(0.0, "a", A), 0.0)
    centre.arrive(Waiting(1.0, "b", B), 1.0)
    decision = centre.free(Idle(2.0, "alice", SECOND), 2.0)
    assert (decision.contact, decision.guard) == ("b", Guard.FLOOR)


def scarce() -> Model:
    """Gold has too few agents, and they could serve plain as well, which has others."""
    gold = ContactClass("gold", patience=60, value=5, arrivals=0.1)
    plain = ContactClass("plain", patience=60, value=1, arrivals=0.1, age_limit=100)
    both = Profile("both", 16, {"gold": Skill(1 / 300), "plain": Skill(1 / 300)})
    return Model((gold, plain), (both, Profile("plain only", 60, {"plain": Skill(1 / 300)})))


def test_the_last_who_can_serve_what_is_worth_more_stay_free_for_it():
    centre = matcher(model=scarce())
    for place in range(4):
        centre.free(Idle(float(place), f"agent {place}", 0), float(place))
    given_away = [centre.arrive(Waiting(9.0, f"plain {place}", 1), 9.0) for place in range(4)]
    assert [decision.agent for decision in given_away] == ["agent 0", None, None, None]
    assert given_away[-1].guard is Guard.RESERVE
    assert centre.arrive(Waiting(10.0, "gold", 0), 10.0).agent == "agent 1"


def test_nobody_is_kept_waiting_by_a_reserve_past_the_age_limit():
    centre = matcher(model=scarce())
    centre.free(Idle(0.0, "alice", 0), 0.0)
    assert centre.arrive(Waiting(0.0, "plain", 1), 0.0).guard is Guard.RESERVE
    assert centre.next_wake(0.0) == 100.0
    assert centre.wake(99.0) == []
    (decision,) = centre.wake(100.0)
    assert (decision.contact, decision.agent, decision.guard) == ("plain", "alice", Guard.AGE)


def ringed() -> Model:
    only = ContactClass("dutch", patience=300, arrivals=0.01)
    fluent = Profile("fluent", 2, {"dutch": Skill(0.01)})
    return Model((only,), (fluent, Profile("some", 2, {"dutch": Skill(0.01, after=30)})))


def test_a_skill_is_open_only_after_some_waiting():
    centre = matcher(model=ringed())
    centre.free(Idle(0.0, "alice", 1), 0.0)
    assert centre.arrive(Waiting(0.0, "dora", 0), 0.0).agent is None
    assert centre.next_wake(0.0) == 30.0
    (decision,) = centre.wake(30.0)
    assert (decision.contact, decision.agent, decision.guard) == ("dora", "alice", Guard.RELAXED)


def test_who_knows_the_customer_gets_them_when_free():
    centre = matcher()
    for since, agent in ((0.0, "alice"), (1.0, "bob")):
        centre.free(Idle(since, agent, FIRST), since)
    decision = centre.arrive(Waiting(2.0, "dora", A, known="bob"), 2.0)
    assert (decision.agent, decision.guard) == ("bob", Guard.CONTINUITY)


def test_a_customer_is_held_for_the_agent_they_know_and_no_longer():
    centre = matcher()
    centre.free(Idle(0.0, "alice", FIRST), 0.0)
    held = centre.arrive(Waiting(2.0, "dora", A, known="bob", until=30.0), 2.0)
    assert (held.agent, held.guard, centre.next_wake(2.0)) == (None, Guard.CONTINUITY, 30.0)
    (decision,) = centre.wake(30.0)
    assert (decision.contact, decision.agent) == ("dora", "alice")


def test_a_held_customer_goes_to_the_agent_they_know():
    centre = matcher()
    centre.arrive(Waiting(0.0, "first", A), 0.0)
    centre.arrive(Waiting(2.0, "dora", A, known="bob", until=30.0), 2.0)
    decision = centre.free(Idle(5.0, "bob", FIRST), 5.0)
    assert (decision.contact, decision.guard) == ("dora", Guard.CONTINUITY)
    assert centre.waiting_contacts == {"first"}


@pytest.mark.parametrize(("came", "taken"), [(29.0, "dora"), (31.0, "first")])
def test_others_wait_only_a_little_so_that_two_who_know_each_other_meet(came, taken):
    centre = matcher()
    centre.arrive(Waiting(0.0, "first", A), 0.0)
    centre.arrive(Waiting(came, "dora", A, known="bob"), came)
    assert centre.free(Idle(40.0, "bob", FIRST), 40.0).contact == taken


def test_who_is_known_gets_nothing_that_they_may_not_serve_yet():
    centre = matcher(model=ringed())
    centre.free(Idle(0.0, "bob", 1), 0.0)
    assert centre.arrive(Waiting(0.0, "dora", 0, known="bob", until=60.0), 0.0).agent is None
    centre.leave("bob")
    assert centre.free(Idle(29.0, "bob", 1), 29.0).agent is None
    centre.leave("bob")
    assert centre.free(Idle(30.0, "bob", 1), 30.0).contact == "dora"


def test_who_is_known_and_close_behind_the_first_gets_nothing_before_their_ring_opens():
    centre = matcher(model=ringed())
    centre.arrive(Waiting(0.0, "first", 0), 0.0)
    centre.arrive(Waiting(20.0, "dora", 0, known="bob"), 20.0)
    assert centre.free(Idle(31.0, "bob", 1), 31.0).contact == "first"


def test_a_held_customer_is_not_given_to_an_agent_without_the_skill_or_who_passed_them_on():
    centre = matcher()
    centre.arrive(Waiting(0.0, "b", B, known="alice", until=60.0), 0.0)
    assert centre.free(Idle(1.0, "alice", FIRST), 1.0).contact is None
    centre.arrive(Waiting(0.0, "a", A, known="bob", until=60.0, passed=frozenset({"bob"})), 2.0)
    assert centre.free(Idle(3.0, "bob", FIRST), 3.0).contact is None


def test_who_passed_a_contact_is_not_asked_again():
    centre = matcher()
    centre.free(Idle(0.0, "alice", FIRST), 0.0)
    back = Waiting(0.0, "dora", A, passed=frozenset({"alice"}))
    assert centre.arrive(back, 1.0).agent is None
    assert centre.free(Idle(2.0, "bob", FIRST), 2.0).agent is None  # Alice is asked, as she is idle longest.
    assert centre.wake(3.0)[0].agent == "bob"


def test_what_one_passed_on_goes_to_the_next_also_behind_what_both_passed_on():
    waiting = [
        Waiting(0.0, "first", A, passed=frozenset({"alice", "bob"})),
        Waiting(1.0, "second", A, passed=frozenset({"alice"})),
    ]
    idle = [Idle(0.0, "alice", FIRST), Idle(1.0, "bob", FIRST)]
    (decision,) = Matcher.restored(plan(two_classes(), PRICES), waiting, idle).catch_up(9.0)
    assert (decision.contact, decision.agent) == ("second", "bob")


def test_who_left_is_given_nothing():
    centre = matcher()
    centre.free(Idle(0.0, "alice", FIRST), 0.0)
    centre.leave("alice")
    centre.leave("nobody")
    assert centre.arrive(Waiting(1.0, "dora", A), 1.0).agent is None
    assert centre.idle_agents == frozenset()


def test_who_gave_up_is_given_to_nobody():
    centre = matcher()
    centre.arrive(Waiting(0.0, "dora", A), 0.0)
    centre.withdraw("dora", 9.0)
    centre.withdraw("dora", 9.0)
    assert centre.free(Idle(10.0, "alice", FIRST), 10.0).contact is None


def test_a_contact_that_comes_back_keeps_its_place():
    centre = matcher()
    for since, contact in ((0.0, "dora"), (5.0, "other")):
        centre.arrive(Waiting(since, contact, A), since)
    assert centre.free(Idle(6.0, "alice", FIRST), 6.0).contact == "dora"
    centre.arrive(Waiting(0.0, "dora", A), 7.0)
    assert (centre.position("dora"), centre.position("other")) == (0, 1)


def test_nobody_waits_or_is_idle_twice():
    centre = matcher()
    centre.free(Idle(0.0, "alice", SECOND), 0.0)
    with pytest.raises(ValueError, match="alice is idle already"):
        centre.free(Idle(1.0, "alice", FIRST), 1.0)
    centre.leave("alice")
    centre.arrive(Waiting(0.0, "dora", A), 0.0)
    with pytest.raises(ValueError, match="dora waits already"):
        centre.arrive(Waiting(0.0, "dora", A), 0.0)


def test_a_backlog_is_handed_out_when_people_return():
    waiting = [Waiting(float(place), f"c{place}", place % 2) for place in range(6)]
    idle = [Idle(float(place), f"a{place}", SECOND) for place in range(4)]
    decisions = Matcher.restored(plan(two_classes(), Rule(allowance=None)), waiting, idle).catch_up(60.0)
    assert [decision.contact for decision in decisions] == ["c0", "c2", "c4", "c1"]
    assert {decision.agent for decision in decisions} == {"a0", "a1", "a2", "a3"}


def test_new_prices_are_adopted_and_another_centre_is_not():
    centre = matcher()
    busier = plan(two_classes(a=1.0), Rule(allowance=None))
    centre.adopt(busier)
    assert centre.arrive(Waiting(0.0, "dora", A), 0.0).plan == name_of(busier)
    with pytest.raises(ValueError, match="needs a new matcher"):
        centre.adopt(plan(scarce(), Rule(allowance=None)))


# The first call may compile.
@settings(deadline=None)
@given(seed=some.integers(0, 10_000))
def test_every_decision_can_be_taken_again_to_the_bit(seed):
    decisions, made = a_while(seed)
    for decision in decisions:
        replayed = again(made, decision.evidence)
        if decision.guard is Guard.CONTINUITY:
            continue
        told = Verdict(decision.winner, decision.runner_up, decision.guard)
        assert told == (replayed if decision.agent else replace(replayed, winner=None))


# The first call may compile.
@settings(deadline=None)
@given(seed=some.integers(0, 10_000))
def test_the_same_day_is_decided_the_same_and_nobody_is_given_twice(seed):
    first, _ = a_while(seed)
    assert first == a_while(seed)[0]
    given_out = [decision.contact for decision in first if decision.contact]
    assert len(given_out) == len(set(given_out))


def a_while(seed: int):
    """Agents and contacts at random in a random centre."""
    draw = np.random.default_rng(seed)
    model = random_model(seed)
    made = plan(model, (Rule(), Rule(spare=3.0), FIRST_COME)[seed % 3], floors=np.full(len(model.classes), 0.8))
    centre, decisions = Matcher(made), []
    for turn in range(60):
        now = turn * 7.0
        decisions += centre.wake(now) if centre.next_wake(now - 7.0) <= now else []
        if draw.random() < 0.5:
            decisions.append(centre.arrive(Waiting(now, f"c{turn}", int(draw.integers(len(model.classes)))), now))
        else:
            decisions.append(centre.free(Idle(now, f"a{turn}", int(draw.integers(len(model.profiles)))), now))
    return decisions, made


def test_a_model_that_cannot_be_is_refused_in_words():
    one = ContactClass("A", patience=60)
    with pytest.raises(UnfitError, match="first: there is no class 'B'"):
        Model((one,), (Profile("first", 1, {"B": Skill(1.0)}),))
    with pytest.raises(UnfitError, match="A: patience must be above 0, not -1"):
        ContactClass("A", patience=-1)
    with pytest.raises(UnfitError, match="floor must be from 0 to 1"):
        ContactClass("A", patience=inf, age_limit=60, horizon=60, floor=2)
    with pytest.raises(UnfitError, match="kappa must be above 0"):
        Rule(kappa=0)
