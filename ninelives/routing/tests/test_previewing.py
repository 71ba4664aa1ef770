"""Whoever the preview names gets the same contact from the matcher a moment later, and for the reason it tells."""

from datetime import timedelta
from uuid import UUID

import pytest

from ninelives.accounts.models import Person
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.routing import actions
from ninelives.routing.actions import Described, Ring, name_skill
from ninelives.routing.live import passing
from ninelives.routing.live.previewing import Meant, Previewed, preview
from ninelives.routing.models import Decision, Offer, Placement, Presence, Queue
from ninelives.routing.queries import may_serve
from ninelives.routing.working import route_due
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def available(*people: Person) -> None:
    for person in people:
        actions.set_state(person, Presence.State.AVAILABLE, actor=person)


def settle() -> None:
    # Prices stand for minutes, and who is at work for a second: a preview knows of both as they are now.
    passing._remembered = passing._counted = None
    for _ in range(30):
        if not route_due():
            return
    raise AssertionError("it never comes to rest")


def previewed(cast: Cast, known: Person | None = None) -> Previewed:
    return preview(Meant(cast.mailbox, frozenset(), "nl", known.pk if known else None, now()))


def comes(cast: Cast, sender: str = "dora@example.org") -> tuple[UUID | None, str]:
    """It really comes: who is offered it, and why or why not."""
    settle()
    conversation = writes(cast.mailbox, "Hello", sender=sender)
    settle()
    return decided(conversation)


def decided(conversation: Conversation) -> tuple[UUID | None, str]:
    placement = Placement.objects.get(conversation=conversation, ended_at=None)
    offer = Offer.objects.filter(placement=placement, state=Offer.State.OPEN).first()
    return (offer.person_id if offer else None), Decision.objects.filter(placement=placement).latest("at").guard


def told(one: Previewed) -> tuple[UUID | None, str]:
    return one.person, one.guard


def knows(person: Person, cast: Cast, sender: str) -> None:
    """They served this customer, who is answered."""
    conversation = writes(cast.mailbox, "Hello", sender=sender, message_id=f"first-of-{sender}")
    moment = now()
    Placement.objects.filter(conversation=conversation).delete()
    Placement.objects.create(
        conversation=conversation,
        queue=Queue.objects.earliest("created_at"),
        kind="mail",
        state="ended",
        person=person,
        since=moment,
        counts_from=moment,
        accepted_at=moment,
        ended_at=moment,
        why="answered",
        is_learnt=True,
    )
    Conversation.objects.filter(pk=conversation.pk).update(status="closed", waiting_since=None)


def filled(person: Person, cast: Cast) -> None:
    """They hold as much as there is room for."""
    for number in range(40):
        settle()
        offer = Offer.objects.filter(person=person, state=Offer.State.OPEN).first()
        if offer is None and number:
            break
        if offer:
            actions.accept(offer)
        writes(cast.mailbox, "Work", sender=f"work{number}@example.org")
    # The last found no room: nobody waits.
    Placement.objects.filter(state="waiting").update(state="ended", ended_at=now(), why="left", is_learnt=True)
    Conversation.objects.filter(assignee=None).update(status="closed", waiting_since=None)


def test_who_has_the_skill_and_who_only_has_some_of_it_later(cast: Cast) -> None:
    skill = name_skill("Heat")
    actions.open_queue(cast.brand, "Heat pumps", Described(rings=[Ring(skill, 4), Ring(skill, 2, 120)]))
    actions.set_levels(cast.alice, [(skill, 5)])
    actions.set_levels(cast.bob, [(skill, 2)])
    available(cast.bob)
    one = previewed(cast)
    assert told(one) == (None, "none")
    # Room he has, and he may not yet.
    assert [(row.name, row.after, row.has_room) for row in one.may_serve] == [("Alice", 0, False), ("Bob", 120, True)]
    available(cast.alice)
    one = previewed(cast)
    assert told(one) == comes(cast) == (cast.alice.pk, "none")
    # Bob may not yet.
    assert one.runner_up == ""


def test_of_two_who_can_the_one_idle_longest_and_then_the_other(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    available(cast.bob, cast.alice)
    one = previewed(cast)
    assert told(one) == comes(cast)
    assert (one.name, one.runner_up) == ("Bob", "Alice")
    one = previewed(cast)
    assert told(one) == comes(cast, "e@example.org")
    assert (one.name, one.runner_up) == ("Alice", "")


def test_those_who_wait_already_come_first(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    for number in range(2):
        writes(cast.mailbox, "Hello", sender=f"d{number}@example.org")
    settle()
    available(cast.alice)
    one = previewed(cast)
    assert (one.person, one.ahead) == (None, 1)
    assert told(one)[0] == comes(cast)[0]
    assert Offer.objects.get().placement.conversation.customer.addresses.get().value == "d0@example.org"


def test_everybody_who_is_ahead_is_counted(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    writes(cast.mailbox, "Hello")
    settle()
    wait = previewed(cast).expected
    assert wait
    for number in range(29):
        writes(cast.mailbox, "Hello", sender=f"d{number}@example.org")
    settle()
    one = previewed(cast)
    assert one.ahead == 30
    assert one.expected
    assert one.expected.mean == pytest.approx(wait.mean * 31 / 2)


def test_who_knows_the_customer_before_who_is_idle_longest(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    knows(cast.bob, cast, "dora@example.org")
    available(cast.alice, cast.bob)
    one = previewed(cast, cast.bob)
    assert told(one) == comes(cast) == (cast.bob.pk, "continuity")


def test_a_customer_is_kept_for_whom_they_know_while_that_one_is_busy(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service", Described(fields={"within": 3600}))
    knows(cast.bob, cast, "dora@example.org")
    available(cast.alice, cast.bob)
    actions.set_state(cast.bob, Presence.State.BUSY, actor=cast.bob)
    one = previewed(cast, cast.bob)
    assert told(one) == comes(cast) == (None, "continuity")
    assert one.expected is None
    # Whoever comes next is not behind somebody who is kept for another.
    one = previewed(cast)
    assert told(one) == comes(cast, "e@example.org") == (cast.alice.pk, "none")


def test_whom_the_customer_knows_and_who_may_not_serve_this_yet_is_passed_over(cast: Cast) -> None:
    skill = name_skill("Heat")
    actions.open_queue(
        cast.brand, "Heat pumps", Described(rings=[Ring(skill, 4), Ring(skill, 2, 120)], fields={"within": 8})
    )
    actions.set_levels(cast.alice, [(skill, 5)])
    actions.set_levels(cast.bob, [(skill, 2)])
    knows(cast.bob, cast, "dora@example.org")
    available(cast.alice, cast.bob)
    one = previewed(cast, cast.bob)
    assert told(one) == comes(cast)
    assert one.person != cast.bob.pk


def test_nobody_is_kept_for_whom_they_know_who_can_never_serve_this(cast: Cast) -> None:
    skill = name_skill("Heat")
    queue = actions.open_queue(cast.brand, "Heat pumps", Described(rings=[Ring(skill, 4)], fields={"within": 3600}))
    actions.set_levels(cast.alice, [(skill, 5)])
    actions.set_levels(cast.bob, [(skill, 3)])
    knows(cast.bob, cast, "dora@example.org")
    available(cast.alice, cast.bob)
    actions.set_state(cast.bob, Presence.State.BUSY, actor=cast.bob)
    one = previewed(cast, cast.bob)
    assert told(one) == comes(cast) == (cast.alice.pk, "none")
    placement = Placement.objects.get(ended_at=None)
    assert (placement.known, placement.held_until) == (None, None)
    assert may_serve(cast.alice, queue)
    # As soon as they can, they are known again, though only later in the wait.
    actions.change_queue(queue, Described(rings=[Ring(skill, 4), Ring(skill, 3, 60)]), actor=None)
    assert may_serve(cast.bob, queue)
    actions.change_queue(queue, Described(members=[cast.alice.pk]), actor=None)
    assert not may_serve(cast.bob, queue)


def test_who_has_no_room_is_not_named(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    available(cast.alice)
    filled(cast.alice, cast)
    one = previewed(cast)
    assert told(one) == (None, "none")
    assert [row.name for row in one.may_serve if row.has_room] == []
    available(cast.bob)
    one = previewed(cast)
    assert told(one) == comes(cast) == (cast.bob.pk, "none")
    assert [row.name for row in one.may_serve if row.has_room] == ["Bob"]


def test_nobody_is_there(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Service")
    one = previewed(cast)
    assert told(one) == comes(cast) == (None, "none")
    assert one.ahead == 0


def test_a_queue_that_is_closed_gives_it_to_nobody_and_one_that_works_on_does(cast: Cast) -> None:
    days = ("mo", "tu", "we", "th", "fr", "sa", "su")
    hours = f"{days[(now() + timedelta(days=3)).weekday()]} 09:00-17:00"
    queue = actions.open_queue(cast.brand, "Service", Described(fields={"hours": hours}))
    available(cast.alice)
    one = previewed(cast)
    assert one.opening
    assert not one.opening.is_open
    assert one.person is None
    conversation = writes(cast.mailbox, "Hello")
    settle()
    assert Placement.objects.get(conversation=conversation).not_before == one.opening.opens_at
    assert not Offer.objects.exists()
    conversations.close(conversation, actor=cast.lead)
    actions.change_queue(queue, Described(fields={"outside": "work"}), actor=cast.lead)
    one = previewed(cast)
    assert told(one) == comes(cast, "e@example.org") == (cast.alice.pk, "none")
