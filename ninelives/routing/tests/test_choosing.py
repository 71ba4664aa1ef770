"""Whoever waits chooses how to be served: called, later, by message, by whom they know; once, and with their place."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import organisation, people_who_may
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.promises.models import Promise
from ninelives.routing import actions
from ninelives.routing.actions import NotPossibleError, NotWaitingError, Wish
from ninelives.routing.choices import choice_of, standing_of, ways_of
from ninelives.routing.models import Choice, Placement, Queue
from ninelives.routing.sorting import forget_descriptions
from ninelives.routing.tests.test_offers import available, offer_to, placement_of, settle
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+31612345678"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service")


@pytest.fixture
def waits(cast: Cast, queue: Queue) -> Conversation:
    """Dora waits, and nobody is there."""
    conversation = writes(cast.mailbox, "Hello")
    settle()
    return conversation


def opens(queue: Queue, hours: str) -> None:
    Queue.objects.filter(pk=queue.pk).update(hours=hours)
    forget_descriptions()


def by_turn(conversation: Conversation) -> Choice:
    made = actions.choose(conversation, Wish("call", phone=NUMBER))
    assert made
    return made


def test_called_when_it_is_their_turn_they_keep_their_place(cast: Cast, waits: Conversation) -> None:
    before = placement_of(waits)
    made = by_turn(waits)
    after = placement_of(waits)
    assert (after.since, after.counts_from, after.not_before) == (before.since, before.counts_from, None)
    promise = Promise.objects.get()
    assert made.promise == promise
    assert (promise.kind, promise.channel, promise.address, promise.source) == ("callback", "phone", NUMBER, "customer")
    available(cast.alice)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    assert offer.placement == after
    assert choice_of(offer.placement) == made


def test_what_was_promised_so_has_no_second_place(cast: Cast, waits: Conversation) -> None:
    by_turn(waits)
    settle()
    assert Placement.objects.open().count() == 1


def test_twice_is_once(waits: Conversation) -> None:
    first = by_turn(waits)
    assert actions.choose(waits, Wish("call", phone=NUMBER)) == first
    assert (Choice.objects.count(), Promise.objects.count()) == (1, 1)


def test_two_clicks_at_once_are_one_choice(waits: Conversation) -> None:
    def click(_: int) -> Choice | None:
        try:
            return actions.choose(waits, Wish("call", phone=NUMBER))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as together:
        made = set(together.map(click, range(4)))
    assert made == {Choice.objects.get()}
    assert Promise.objects.count() == 1


def test_in_a_slot_nobody_is_offered_it_before(cast: Cast, waits: Conversation) -> None:
    slots = ways_of(placement_of(waits)).slots
    assert len(slots) == 6
    actions.choose(waits, Wish("slot", phone=NUMBER, slot=slots[1]))
    available(cast.alice)
    settle()
    assert offer_to(cast.alice) is None
    promise = Promise.objects.get()
    assert (promise.due_from, promise.due_by) == (slots[1], slots[1] + timedelta(minutes=30))
    # Its time has come.
    Placement.objects.update(not_before=now() - timedelta(seconds=1), counts_from=now() - timedelta(seconds=1))
    settle()
    assert offer_to(cast.alice)


def test_a_slot_is_within_the_hours_of_the_queue_and_one_that_is_offered(cast: Cast, queue: Queue) -> None:
    opens(queue, "mo-su 10:00-11:00")
    conversation = writes(cast.mailbox, "Hello")
    settle()
    zone = ZoneInfo(organisation().time_zone)
    slots = [at.astimezone(zone) for at in ways_of(placement_of(conversation)).slots]
    assert {(at.hour, at.minute) for at in slots} <= {(10, 0), (10, 30)}
    assert len(slots) == 6
    with pytest.raises(NotPossibleError) as reason:
        actions.choose(conversation, Wish("slot", phone=NUMBER, slot=slots[0] + timedelta(minutes=5)))
    assert reason.value.field == "slot"
    assert not Choice.objects.exists()


def test_no_more_are_called_in_a_slot_than_can_be(cast: Cast, queue: Queue) -> None:
    """Half the time of all who may answer: a call of a quarter of an hour each."""
    Queue.objects.update(handling=900)
    forget_descriptions()
    people = people_who_may(Permission.ANSWER, [cast.brand]).count()
    came = [writes(cast.mailbox, "Hello", sender=f"dora{number}@example.org") for number in range(people + 2)]
    settle()
    (*first, last, later) = came
    slot = ways_of(placement_of(last)).slots[0]
    for conversation in first:
        assert actions.choose(conversation, Wish("slot", phone=NUMBER, slot=slot))
    with pytest.raises(NotPossibleError, match="slot"):
        actions.choose(last, Wish("slot", phone=NUMBER, slot=slot))
    assert slot not in ways_of(placement_of(last)).slots
    # Whoever has one of them still sees it as theirs to choose, and gives it up for another.
    assert slot in ways_of(placement_of(first[0])).slots
    actions.choose(first[0], Wish())

    def chosen(conversation: Conversation) -> str:
        try:
            actions.choose(conversation, Wish("slot", phone=NUMBER, slot=slot))
        except NotPossibleError as reason:
            return reason.field
        finally:
            connection.close()
        return "chosen"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(chosen, (last, later))) == ["chosen", "slot"]


def test_answered_by_message_others_come_first_and_it_is_urgent_in_time(cast: Cast, waits: Conversation) -> None:
    made = actions.choose(waits, Wish("message", email="dora@example.net"))
    assert made
    assert made.ends
    promise = Promise.objects.get()
    assert (promise.kind, promise.channel, promise.address) == ("answer", "mail", "dora@example.net")
    assert promise.due_by == made.ends
    assert placement_of(waits).counts_from == made.ends - timedelta(minutes=30)
    other = writes(cast.mailbox, "Hello", sender="frits@example.org")
    settle()
    available(cast.alice)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    assert offer.placement.conversation == other
    actions.accept(offer)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    assert offer.placement.conversation == waits


def test_kept_for_whom_they_know_and_only_who_is_there(cast: Cast, queue: Queue) -> None:
    available(cast.bob)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.bob)
    assert offer
    actions.accept(offer)
    settle()
    again = writes(cast.mailbox, "Something else", subject="Other")
    settle()
    assert again != conversation
    available(cast.alice)
    actions.set_state(cast.bob, "break", actor=cast.bob)
    settle()
    offered = placement_of(again)
    assert ways_of(offered).known == cast.bob
    actions.choose(again, Wish("known"))
    settle()
    held = placement_of(again)
    assert (held.known, held.state) == (cast.bob, "waiting")
    available(cast.bob)
    settle()
    assert offer_to(cast.bob)
    actions.set_state(cast.bob, "away", actor=cast.bob)
    assert ways_of(placement_of(again)).known is None


def test_who_chooses_again_gives_up_what_they_chose(waits: Conversation) -> None:
    before = placement_of(waits)
    slot = ways_of(before).slots[2]
    actions.choose(waits, Wish("slot", phone=NUMBER, slot=slot))
    assert placement_of(waits).not_before == slot
    by_turn(waits)
    after = placement_of(waits)
    assert (after.counts_from, after.not_before) == (before.counts_from, before.not_before)
    assert sorted(Promise.objects.values_list("outcome", flat=True)) == ["open", "withdrawn"]
    assert actions.choose(waits, Wish()) is None
    assert not Choice.objects.filter(ended_at=None).exists()
    assert not Promise.objects.open().exists()


def test_a_number_that_is_none_leaves_everything_as_it_was(waits: Conversation) -> None:
    made = by_turn(waits)
    with pytest.raises(NotPossibleError) as reason:
        actions.choose(waits, Wish("call", phone="the usual one"))
    assert reason.value.field == "phone"
    standing = standing_of(waits)
    assert standing
    assert standing.choice == made
    assert Promise.objects.open().count() == 1


def test_who_waits_no_more_has_nothing_to_choose(cast: Cast, waits: Conversation) -> None:
    available(cast.alice)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.accept(offer)
    with pytest.raises(NotWaitingError):
        by_turn(waits)
    assert standing_of(waits) is None


def test_a_choice_carries_over_to_another_conversation_of_the_same_customer(cast: Cast, waits: Conversation) -> None:
    made = by_turn(waits)
    came = now() - timedelta(hours=1)
    Placement.objects.update(since=came, counts_from=came)
    again = writes(cast.mailbox, "On another way", subject="Other")
    settle()
    second = placement_of(again)
    assert again != waits
    assert (second.since, second.counts_from) == (came, came)
    assert choice_of(second) == made
    # Chosen anew there, it is another for both.
    actions.choose(again, Wish("message"))
    assert list(Choice.objects.filter(ended_at=None).values_list("what", flat=True)) == ["message"]
    assert Promise.objects.open().count() == 1


def test_whoever_else_waits_carries_nothing_over(cast: Cast, waits: Conversation) -> None:
    by_turn(waits)
    Placement.objects.update(since=now() - timedelta(hours=1))
    other = writes(cast.mailbox, "Hello", sender="frits@example.org")
    settle()
    second = placement_of(other)
    assert second.since > now() - timedelta(minutes=5)
    assert choice_of(second) is None


def test_while_it_is_closed_they_hear_when_it_opens(cast: Cast, queue: Queue) -> None:
    zone = ZoneInfo(organisation().time_zone)
    days = ("mo", "tu", "we", "th", "fr", "sa", "su")
    tomorrow = days[(datetime.now(zone).weekday() + 1) % 7]
    opens(queue, f"{tomorrow} 09:00-10:00")
    conversation = writes(cast.mailbox, "Hello")
    settle()
    standing = standing_of(conversation)
    assert standing
    assert standing.opens_at
    assert standing.opens_at.astimezone(zone).hour == 9
    slot = ways_of(standing.placement).slots[0]
    actions.choose(conversation, Wish("slot", phone=NUMBER, slot=slot))
    assert standing_of(conversation).opens_at == standing.opens_at  # type: ignore[union-attr]
