"""What another set-up would have made of a day, read from the database; and decisions taken again."""

from datetime import UTC, datetime, timedelta

import pytest

from ninelives.accounts.models import Person
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.routing import actions
from ninelives.routing.actions import Described, Ring, name_skill
from ninelives.routing.live.again import OtherPlanError, others, plan_of
from ninelives.routing.models import Decision, Placement, PlanInForce, Presence, Queue, QueueMember
from ninelives.routing.replaying.arranging import set_up_as_if, set_up_now
from ninelives.routing.replaying.comparing import Comparison, compare
from ninelives.routing.replaying.reading import read_day
from ninelives.routing.working import route_due
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def was_there(person: Person, begins: float, ends: float) -> None:
    """In hours of the day."""
    at, until = (DAY + timedelta(hours=hours) for hours in (begins, ends))
    Presence.objects.create(person=person, state="available", at=at, ended_at=until, idle_since=at)


def came(conversation: Conversation, queue: Queue, hours: float, *, minutes: float = 5, person: Person | None) -> None:
    at = DAY + timedelta(hours=hours)
    taken = at + timedelta(seconds=5) if person else None
    Placement.objects.create(
        conversation=conversation,
        queue=queue,
        kind=conversation.account.kind,
        state="ended",
        since=at,
        counts_from=at,
        at=at,
        person=person,
        accepted_at=taken,
        ended_at=(taken or at) + timedelta(minutes=minutes),
        why="answered" if person else "left",
    )


def compared(cast: Cast, queue: Queue | None, meant: Described) -> Comparison:
    seen = read_day(DAY, DAY + timedelta(days=1))
    edited, _ = set_up_as_if(DAY.date(), cast.brand, queue, meant, cast.lead)
    return compare(seen, set_up_now(DAY.date()), edited)


def a_day(cast: Cast) -> Queue:
    queue = actions.open_queue(cast.brand, "Service", Described(fields={"within": 60}))
    conversation = writes(cast.mailbox, "Hello")
    for number in range(12):
        came(conversation, queue, 9 + number / 4, person=cast.alice if number % 2 else cast.bob)
    was_there(cast.alice, 9, 17)
    was_there(cast.bob, 8.5, 13)
    return queue


def test_the_same_set_up_makes_the_same_day(cast: Cast) -> None:
    told = compared(cast, a_day(cast), Described())
    (effect,) = told.effects
    assert effect.before == effect.after
    assert effect.before
    assert (effect.before.came, effect.before.within, effect.measured) == (12, 1.0, 1.0)
    assert (told.contacts, told.people, told.elsewhere) == (12, 2, 0)


def test_who_asks_for_what_nobody_can_waits(cast: Cast) -> None:
    queue = a_day(cast)
    told = compared(cast, queue, Described(rings=[Ring(name_skill("Frisian"), 5)]))
    (effect,) = told.effects
    assert effect.after
    assert (effect.after.came, effect.after.within) == (12, 0.0)
    assert effect.after.longest > 12 * 3600
    # Nothing was written.
    assert not queue.requirements.exists()


def test_it_goes_to_those_who_would_work_in_it(cast: Cast) -> None:
    queue = a_day(cast)
    told = compared(cast, queue, Described(members=[cast.alice.pk]))
    assert told.elsewhere > 0
    assert not QueueMember.objects.exists()


def test_a_new_queue_takes_what_it_describes_and_other_hours_hold_it_up(cast: Cast) -> None:
    queue = a_day(cast)
    told = compared(cast, None, Described(fields={"name": "Other", "kinds": ["pretend"]}))
    assert [(one.name, one.before is None) for one in told.effects] == [("Service", False), ("Other", True)]
    shut = compared(cast, queue, Described(fields={"hours": "tu 12:00-14:00"}))
    (effect,) = shut.effects
    assert effect.after
    # What came in the morning counts from noon, and nobody waits for somebody who is not there.
    assert (effect.after.came, effect.after.within) == (12, 1.0)
    closed = compared(cast, queue, Described(fields={"hours": "we 12:00-14:00"}))
    assert closed.effects[0].after is None or closed.effects[0].after.came == 0
    assert not Queue.objects.exclude(pk=queue.pk).exists()


def test_what_no_queue_takes_is_told(cast: Cast) -> None:
    queue = a_day(cast)
    told = compared(cast, queue, Described(fields={"kinds": ["pretend"]}))
    assert (told.unplaced_before, told.unplaced_after) == (0, 12)


def test_a_day_on_which_nothing_was(cast: Cast) -> None:
    queue = actions.open_queue(cast.brand, "Service")
    told = compared(cast, queue, Described(fields={"value": 2.0}))
    assert (told.contacts, told.people) == (0, 0)


def decide_something(cast: Cast) -> None:
    skill = name_skill("Dutch")
    actions.set_levels(cast.alice, [(skill, 4)])
    actions.open_queue(cast.brand, "Service", Described(rings=[Ring(skill, 3)]))
    for number in range(4):
        writes(cast.mailbox, f"Number {number}", sender=f"d{number}@example.org")
    for person in (cast.alice, cast.bob):
        actions.set_state(person, Presence.State.AVAILABLE, actor=person)
    while route_due():
        pass


def test_decisions_come_out_the_same_when_they_are_taken_again(cast: Cast) -> None:
    decide_something(cast)
    found = list(Decision.objects.all())
    assert any(one.person for one in found)
    assert list(others(found)) == []


def test_a_decision_that_was_touched_is_found(cast: Cast) -> None:
    decide_something(cast)
    given = Decision.objects.filter(winner__isnull=False).earliest("at")
    Decision.objects.filter(pk=given.pk).update(winner_score=(given.winner_score or 0.0) + 1e-12)
    assert list(others(Decision.objects.all())) == [given]
    PlanInForce.objects.update(name="other", at=now())
    with pytest.raises(OtherPlanError):
        plan_of(PlanInForce.objects.get())
    assert len(list(others(Decision.objects.all()))) == Decision.objects.count()
