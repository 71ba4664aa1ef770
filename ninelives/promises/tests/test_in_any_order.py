"""Whatever is done about promises, in whatever order and at once: what a promise repeats is what there is."""

from contextlib import suppress
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from ninelives.promises import actions, queries
from ninelives.promises.models import Keeping, Promise, Withdrawal
from ninelives.promises.tests.conftest import HOUR, NUMBER, passes
from tests.cast import Cast, dora_writes, make_cast

DEEDS = ("keep", "ours", "customer", "mistake", "reopen", "busy", "reached", "move", "hand_over", "mark", "time")
_steps = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(1, 9)), max_size=14)


def make(conversation: Conversation, cast: Cast, kind: str = "callback") -> Promise:
    wanted = actions.Wanted(kind=kind, due_by=now() + 2 * HOUR, address=NUMBER)
    return actions.make_in(wanted, conversation, actor=cast.alice)


def do(deed: str, promise: Promise, cast: Cast, hours: int) -> None:
    """A deed as somebody does it whose screen shows the promise as it is."""
    match deed:
        case "keep":
            actions.keep(promise, actor=cast.alice)
        case "ours" | "customer" | "mistake":
            with suppress(actions.TooLateError):
                actions.withdraw(promise, actor=cast.bob, because=deed, reason="So it is")
        case "reopen":
            actions.reopen(promise, actor=cast.bob)
        case "busy" | "reached":
            actions.attempt(promise, actor=cast.bob, outcome=deed)
        case "move":
            actions.move(promise, actor=cast.alice, due_from=None, due_by=now() + hours * HOUR)
        case "hand_over":
            actions.hand_over(promise, actor=cast.alice, person=cast.bob if hours % 2 else None)
        case "mark":
            actions.mark_due()
        case _:
            passes(promise, hours * HOUR / 3)


def holds(promise: Promise) -> None:
    kept = Keeping.objects.filter(promise=promise, undone_at=None).count()
    withdrawn = Withdrawal.objects.filter(promise=promise, undone_at=None).count()
    assert {"open": (0, 0), "kept": (1, 0), "withdrawn": (0, 1)}[promise.outcome] == (kept, withdrawn)
    assert (promise.settled_at is None) == promise.is_open
    assert promise.attempts_made == promise.attempts.count()
    assert promise.missed == sum(one.was_late for one in promise.moves.all())
    assert promise.owner_id == last_owner(promise)
    assert promise.pk in [one.promise for one in queries.to_queue(now() + HOUR)] or not promise.is_open


def last_owner(promise: Promise) -> Any:
    last = promise.handovers.order_by("pk").last()
    return last.person_id if last else None


def counted_once(promise: Promise, cast: Cast) -> None:
    """Whenever it was decided, it is one of the four, unless it is still to come or never was."""
    rate = queries.kept_rate([cast.brand.pk], now() - timedelta(days=9), now() + timedelta(seconds=1))
    mistaken = Withdrawal.objects.filter(promise=promise, undone_at=None, because="mistake").exists()
    expected = 0 if mistaken or promise.state == "open" else 1
    assert rate.decided + rate.not_needed == expected


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(steps=_steps)
def test_in_any_order(cast: Cast, conversation: Conversation, steps: list[tuple[str, int]]) -> None:
    Promise.objects.all().delete()
    promise = make(conversation, cast)
    for deed, hours in steps:
        do(deed, Promise.objects.named().get(pk=promise.pk), cast, hours)
        known = Promise.objects.named().get(pk=promise.pk)
        holds(known)
        counted_once(known, cast)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_settles_it() -> None:
    cast = make_cast()
    promise = make(dora_writes(cast), cast)
    told: list[bool] = []

    def race(turn: int) -> None:
        own = Promise.objects.named().get(pk=promise.pk)
        if turn % 2:
            told.append(actions.keep(own, actor=cast.alice))
        else:
            told.append(actions.withdraw(own, actor=cast.bob, because="ours", reason="No"))
        connection.close()

    _together(race, 8)
    assert sorted(told) == [False] * 7 + [True]
    assert Keeping.objects.count() + Withdrawal.objects.count() == 1
    told.clear()

    def back(_: int) -> None:
        told.append(actions.reopen(Promise.objects.named().get(pk=promise.pk), actor=cast.alice))
        connection.close()

    _together(back, 4)
    assert sorted(told) == [False] * 3 + [True]


@pytest.mark.django_db(transaction=True)
def test_many_workers_warn_once() -> None:
    cast = make_cast()
    conversation = dora_writes(cast)
    for _ in range(6):
        passes(make(conversation, cast), 3 * HOUR)
    told: list[int] = []

    def work(_: int) -> None:
        while marked := actions.mark_due(limit=2):
            told.append(marked)
        connection.close()

    _together(work, 4)
    while actions.mark_due():
        pass
    assert Fact.objects.filter(name="PromiseLate").count() == 6


def _together(deed: Any, times: int) -> None:
    racers = [Thread(target=deed, args=(turn,)) for turn in range(times)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
