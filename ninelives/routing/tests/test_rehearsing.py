"""Floors of queues that have none of their own: found by simulating the centre as it is, in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.db import connection

from ninelives.accounts.models import Person
from ninelives.cli import main
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.routing import actions, rehearsals
from ninelives.routing.actions import Described, Ring, name_skill
from ninelives.routing.capacity import loads
from ninelives.routing.engine.arrays import FLOOR, Rates
from ninelives.routing.engine.planning import Rule
from ninelives.routing.engine.simulating import rehearse
from ninelives.routing.live import passing
from ninelives.routing.live.again import others, plan_of
from ninelives.routing.live.rehearsing import (
    EVERY,
    Came,
    Situation,
    centre_now,
    due_situation,
    rehearse_now,
    rehearsed,
)
from ninelives.routing.models import Decision, Offer, Placement, PlanInForce, Presence, Queue, Routing
from ninelives.routing.rehearsals import COMMAND, NOTHING_TO_DO, Rehearsals
from ninelives.routing.replaying.arranging import set_up_now
from ninelives.routing.working import route_due
from tests.cast import Cast, make_cast, writes
from tests.dying import killed, steps
from tests.servers import PROJECT, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

FEW = 1500


@pytest.fixture
def cast() -> Cast:
    passing._remembered = passing._counted = None
    return make_cast()


def busy(cast: Cast, load: float = 0.8) -> Queue:
    """Two at work, and so much comes by mail that not everybody is answered in time; by chat nobody came yet."""
    queue = actions.open_queue(cast.brand, "Service", Described(fields={"within": 120, "handling": 900}))
    available(cast.alice, cast.bob)
    # In half an hour most of what two people end.
    came(writes(cast.mailbox, "Hello"), queue, round(load * 2 * 1800 / 900 * loads({"mail"})["mail"].slots))
    return queue


def available(*people: Person) -> None:
    for person in people:
        actions.set_state(person, Presence.State.AVAILABLE, actor=person)


def came(conversation: Conversation, queue: Queue, count: int) -> None:
    moment = now()
    Placement.objects.bulk_create(
        Placement(
            conversation=conversation,
            queue=queue,
            kind=conversation.account.kind,
            state="ended",
            since=moment,
            counts_from=moment,
            ended_at=moment,
            why="answered",
            is_learnt=True,
        )
        for _ in range(count)
    )


def state() -> Routing:
    return Routing.objects.get_or_create(pk=1)[0]


def told() -> tuple[Any, ...]:
    found = state()
    return found.floors, found.multipliers, found.rehearsed_at, found.rehearsed_for


def mail_of(queue: Queue) -> str:
    return f"{queue.pk}:mail"


def settle() -> None:
    for _ in range(30):
        if not route_due():
            return
    raise AssertionError("it never comes to rest")


@pytest.fixture
def on_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """For processes that are started: the database of the test, and nothing compiled."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    monkeypatch.setenv("DATABASE_URL", urlunsplit(url))
    monkeypatch.setenv("NINELIVES_ENGINE", "plain")


def started(*more: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*COMMAND, *more], stdin=subprocess.PIPE)


def is_under_way() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 29904 AND granted")
        return bool((cursor.fetchone() or (0,))[0])


@contextmanager
def under_way() -> Iterator["subprocess.Popen[bytes]"]:
    child = started()
    try:
        wait_for(is_under_way, "a rehearsal")
        yield child
    finally:
        child.kill()
        child.communicate()


def test_floors_are_those_of_a_rehearsal_of_the_same_model(cast: Cast) -> None:
    queue = busy(cast)
    centre = centre_now(state())
    assert centre
    rates = Rates.of(centre.model)
    assert rates.agents.sum() == 2
    assert rehearse_now(contacts=FEW) is Came.REHEARSED
    same = rehearse(centre.model, Rule(), hours=FEW / float(rates.arrivals.sum()) / 3600)
    names = [lane.name for lane in centre.book.lanes]
    assert state().floors == dict(zip(names, map(float, same.plan.classes[FLOOR]), strict=True))
    assert state().multipliers == dict(zip(names, map(float, same.extra), strict=True))
    assert 0.1 < state().floors[mail_of(queue)] < 0.9
    assert state().rehearsed_at


def test_decisions_are_held_to_them_at_once_and_come_out_the_same_again(cast: Cast) -> None:
    queue = busy(cast)
    writes(cast.mailbox, "First", sender="e@example.org")
    settle()
    assert Offer.objects.count() == 2
    rehearse_now(contacts=FEW)
    available(cast.lead)
    writes(cast.mailbox, "Second", sender="f@example.org")
    settle()
    assert Offer.objects.count() == 3
    kept = PlanInForce.objects.get(name=Decision.objects.latest("at").plan)
    assert plan_of(kept).classes[FLOOR, kept.classes.index(mail_of(queue))] == state().floors[mail_of(queue)]
    assert list(others(Decision.objects.all())) == []
    # What a day would have been like is told with the same.
    assert set_up_now(now().date()).floors == state().floors


def test_a_floor_of_its_own_wins(cast: Cast) -> None:
    queue = busy(cast)
    rehearse_now(contacts=FEW)
    actions.change_queue(queue, Described(fields={"floor": 0.95}), actor=cast.lead)
    settle()
    for round_ in range(2):
        kept = PlanInForce.objects.latest("at")
        assert plan_of(kept).classes[FLOOR, kept.classes.index(mail_of(queue))] == 0.95
        rehearse_now(contacts=FEW)
        assert state().floors == {}
        writes(cast.mailbox, "More", sender=f"g{round_}@example.org")
        settle()


def test_what_was_learnt_of_a_floor_is_kept(cast: Cast) -> None:
    queue = busy(cast)
    rehearse_now(contacts=FEW)
    Routing.objects.update(multipliers={mail_of(queue): 0.125})
    rehearse_now(contacts=FEW)
    assert state().multipliers[mail_of(queue)] == 0.125
    # A class that learnt nothing, as it had no floor, begins with what was found.
    centre = centre_now(state())
    assert centre
    extra = dict(zip((lane.name for lane in centre.book.lanes), rehearsed(centre.model, FEW).extra, strict=True))
    Routing.objects.update(multipliers={mail_of(queue): 0.5}, floors={})
    rehearse_now(contacts=FEW)
    assert state().multipliers[mail_of(queue)] == extra[mail_of(queue)]


def test_a_queue_that_is_gone_is_dropped_and_one_that_nobody_there_can_serve_keeps_its_floor(cast: Cast) -> None:
    queue = busy(cast)
    skill = name_skill("Heat")
    heat = actions.open_queue(cast.brand, "Heat pumps", Described(rings=[Ring(skill, 4)]))
    Routing.objects.update(floors={mail_of(heat): 0.6, "gone:mail": 0.5})
    rehearse_now(contacts=FEW)
    floors = state().floors
    assert set(floors) == {mail_of(queue), f"{queue.pk}:pretend", mail_of(heat)}
    assert floors[mail_of(heat)] == 0.6
    actions.switch_off(heat)
    rehearse_now(contacts=FEW)
    assert set(state().floors) == {mail_of(queue), f"{queue.pk}:pretend"}


def test_work_that_piles_up_for_an_hour_keeps_its_floor(cast: Cast) -> None:
    queue = busy(cast, load=3.0)
    rehearse_now(contacts=FEW)
    assert mail_of(queue) not in state().floors
    Routing.objects.update(floors={mail_of(queue): 0.7})
    rehearse_now(contacts=FEW)
    assert state().floors[mail_of(queue)] == 0.7


def test_nobody_at_work_is_no_centre(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    before = told()
    assert rehearse_now(contacts=FEW) is Came.NOBODY
    assert told() == before
    assert due_situation() is None


def long_ago() -> None:
    Routing.objects.update(rehearsed_at=now() - EVERY)


def test_it_is_due_when_much_is_otherwise_and_not_sooner_than_half_an_hour_later(cast: Cast) -> None:
    queue = busy(cast)
    assert due_situation()
    rehearse_now(contacts=FEW)
    assert due_situation() is None
    long_ago()
    # Nothing is otherwise.
    assert due_situation() is None
    assert rehearse_now(only_if_due=True, contacts=FEW) is Came.NOT_DUE
    available(cast.lead)
    assert due_situation()
    rehearse_now(only_if_due=True, contacts=FEW)
    actions.change_queue(queue, Described(fields={"value": 2.0}), actor=cast.lead)
    assert due_situation() is None
    assert rehearse_now(only_if_due=True, contacts=FEW) is Came.NOT_DUE
    long_ago()
    assert due_situation()
    rehearse_now(only_if_due=True, contacts=FEW)
    came(Conversation.objects.earliest("id"), queue, 60)
    long_ago()
    assert due_situation()


def test_a_little_more_is_chance() -> None:
    before = Situation("1", {"a": 9.0, "b": 16.0}, {"a": 8, "b": 8})
    assert not Situation("1", {"a": 13.0, "b": 11.0}, {"a": 9, "b": 8}).has_moved(before)
    assert Situation("1", {"a": 9.0, "b": 46.0}, {"a": 8, "b": 8}).has_moved(before)
    assert Situation("1", {"a": 9.0, "b": 16.0}, {"a": 8, "b": 2}).has_moved(before)
    assert Situation("2", {"a": 9.0, "b": 16.0}, {"a": 8, "b": 8}).has_moved(before)


def test_of_two_at_once_one_rehearses_also_where_nothing_is_compiled(cast: Cast, on_this_database: None) -> None:
    queue = busy(cast)
    children = [started() for _ in range(2)]
    assert sorted(child.wait(120) for child in children) == [0, NOTHING_TO_DO]
    for child in children:
        child.communicate()
    assert 0.1 < state().floors[mail_of(queue)] < 0.9


def test_killed_at_any_step_all_is_as_it_was_or_all_is_found(cast: Cast) -> None:
    queue = busy(cast)
    Routing.objects.update_or_create(pk=1, defaults={"floors": {mail_of(queue): 0.123}})
    before = told()
    for step in steps():
        is_killed = killed(lambda: rehearse_now(contacts=60), step)
        if told() != before:
            assert state().rehearsed_at
            assert state().rehearsed_for
            assert state().floors[mail_of(queue)] != 0.123
        if not is_killed:
            break
        Routing.objects.update(floors=before[0], multipliers=before[1], rehearsed_at=before[2], rehearsed_for=before[3])
    assert told() != before
    assert rehearse_now(contacts=60) is Came.REHEARSED


def test_the_matcher_goes_on_meanwhile_and_a_killed_one_changes_nothing(cast: Cast, on_this_database: None) -> None:
    busy(cast)
    settle()
    with under_way() as child:
        writes(cast.mailbox, "Hello", sender="e@example.org")
        settle()
        assert Offer.objects.filter(state=Offer.State.OPEN).exists()
        assert child.poll() is None
        assert is_under_way()
        before = told()
        assert rehearse_now() is Came.ELSEWHERE
    assert told() == before
    wait_for(lambda: not is_under_way(), "the end of the lock")


def test_it_ends_within_its_bound(cast: Cast, on_this_database: None) -> None:
    busy(cast)
    before = told()
    child = started("--seconds", "1")
    child.wait(60)
    child.communicate()
    assert child.returncode == -signal.SIGALRM
    assert told() == before


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is that runs the tests."""
    monkeypatch.setattr(rehearsals, "_load", lambda: 0.0)


def test_while_the_machine_is_busy_it_is_put_off_but_not_for_ever(
    cast: Cast, on_this_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = busy(cast)
    monkeypatch.setattr(rehearsals, "_load", lambda: 1000.0)
    monkeypatch.setattr(rehearsals, "_MOST_PUT_OFF", 3)
    one = Rehearsals(threading.Event())
    for _ in range(3):
        one.look()
    assert state().floors == {}
    one.look()
    assert mail_of(queue) in state().floors


def test_the_worker_rehearses_what_stands_still(
    cast: Cast, on_this_database: None, caplog: pytest.LogCaptureFixture
) -> None:
    queue = busy(cast)
    one = Rehearsals(threading.Event())
    one.look()
    available(cast.lead)
    one.look()
    assert state().floors == {}
    one.look()
    assert mail_of(queue) in state().floors
    assert not caplog.records
    # Not again for a while, even if something moved.
    Routing.objects.update(rehearsed_at=None, floors={})
    one.look()
    one.look()
    assert state().floors == {}


def test_the_loop_of_the_worker_looks_again_and_again_and_ends(
    cast: Cast, on_this_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = busy(cast)
    monkeypatch.setattr(rehearsals, "_LOOK_EVERY", 0.05)
    stop = threading.Event()

    def work() -> None:
        rehearsals.run(stop)
        connection.close()

    looking = threading.Thread(target=work)
    looking.start()
    wait_for(lambda: mail_of(queue) in state().floors, "floors")
    stop.set()
    looking.join(30)
    assert not looking.is_alive()


def test_one_that_fails_is_told_and_the_floors_stay(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    busy(cast)
    before = told()
    monkeypatch.setattr(rehearsals, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    Rehearsals(threading.Event()).rehearse()
    assert [one.getMessage() for one in caplog.records] == [
        "a rehearsal failed (code 1): queues are held to the floors that they had"
    ]
    assert told() == before


def test_it_ends_with_the_worker_however_that_ends(cast: Cast, on_this_database: None) -> None:
    busy(cast)
    stop = threading.Event()
    watched = threading.Thread(target=Rehearsals(stop).rehearse)
    watched.start()
    wait_for(is_under_way, "a rehearsal")
    stop.set()
    watched.join(30)
    wait_for(lambda: not is_under_way(), "its end")
    worker = subprocess.Popen([sys.executable, "-c", _A_WORKER], cwd=PROJECT)
    wait_for(is_under_way, "a rehearsal")
    (child,) = psutil.Process(worker.pid).children()
    worker.kill()
    worker.wait()
    child.wait(30)
    assert state().floors == {}


_A_WORKER = """
import os, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "ninelives.config.settings"
import django
django.setup()
from ninelives.routing.rehearsals import Rehearsals
Rehearsals(threading.Event()).rehearse()
"""


def test_by_hand_it_says_how_many_were_found(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    actions.open_queue(cast.brand, "Service")
    assert main(["rehearse"]) == 1
    assert "somebody at work" in capsys.readouterr().err
    available(cast.alice)
    assert main(["rehearse"]) == 0
    assert capsys.readouterr().out == "2 floors found anew\n"
