"""Whoever waits may choose to wait for an expert: in the experts' queue, in their place, and back again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from ninelives.accounts.queries import organisation
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.routing import actions
from ninelives.routing.actions import BadExpertsError, Described, NotPossibleError, Wish
from ninelives.routing.actions.leaving import GONE_FOR, leave_gone_experts, leave_switched_off
from ninelives.routing.choices import choice_of, standing_of, ways_of
from ninelives.routing.models import Choice, Offer, Placement, Presence, Queue, Routing
from ninelives.routing.queries import Wait
from ninelives.routing.tests.test_offers import available, offer_to, placement_of, settle
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+31612345678"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def experts(cast: Cast) -> Queue:
    """Bob knows more."""
    return actions.open_queue(cast.brand, "Experts", Described(members=[cast.bob.pk]))


@pytest.fixture
def queue(cast: Cast, experts: Queue) -> Queue:
    """Everything comes into it."""
    made = actions.open_queue(cast.brand, "Service", Described(fields={"experts": experts}, members=[cast.alice.pk]))
    actions.move_queue(made, up=True)
    return made


@pytest.fixture
def waits(cast: Cast, queue: Queue) -> Conversation:
    conversation = writes(cast.mailbox, "Hello")
    settle()
    return conversation


@pytest.fixture
def chosen(cast: Cast, waits: Conversation) -> Conversation:
    """Dora waits for Bob, who is busy with something else."""
    available(cast.bob)
    actions.set_state(cast.bob, "busy", actor=cast.bob)
    assert actions.choose(waits, Wish("expert"))
    settle()
    return waits


def changes(queue: Queue, **fields: Any) -> None:
    actions.change_queue(Queue.objects.get(pk=queue.pk), Described(fields=fields), actor=None)


def open_tomorrow() -> str:
    """Hours, and shut today."""
    days = ("mo", "tu", "we", "th", "fr", "sa", "su")
    return f"{days[(datetime.now(ZoneInfo(organisation().time_zone)).weekday() + 1) % 7]} 09:00-10:00"


def are_offered(conversation: Conversation) -> bool:
    return ways_of(placement_of(conversation)).experts is not None


def test_they_are_offered_where_there_are_any_and_somebody_is_at_work(
    cast: Cast, waits: Conversation, queue: Queue
) -> None:
    assert not are_offered(waits), "nobody is there"
    available(cast.alice)
    assert not are_offered(waits), "who is there is none of them"
    available(cast.bob)
    assert are_offered(waits)
    actions.set_state(cast.bob, "available", actor=cast.bob, without=["mail"])
    assert not are_offered(waits), "who takes no mail"
    available(cast.bob)
    changes(queue, experts=None)
    assert not are_offered(waits)


def test_they_are_offered_while_their_queue_is_open_and_in_use(cast: Cast, waits: Conversation, experts: Queue) -> None:
    available(cast.bob)
    changes(experts, hours=open_tomorrow())
    assert not are_offered(waits)
    changes(experts, outside="work")
    assert are_offered(waits), "whoever is at work gets it, at whatever hour"
    changes(experts, hours="")
    actions.switch_off(experts)
    assert not are_offered(waits)
    with pytest.raises(NotPossibleError, match="what"):
        actions.choose(waits, Wish("expert"))


def test_how_long_it_takes_there_is_told_where_it_is_known(cast: Cast, waits: Conversation, experts: Queue) -> None:
    available(cast.bob)
    Routing.objects.update(paces={})
    ways = ways_of(placement_of(waits))
    assert ways.experts
    assert ways.experts.wait is None
    Routing.objects.update(paces={f"{experts.pk}:mail": [60.0, 1.0, 0.5, 2.0]})
    ways = ways_of(placement_of(waits))
    assert ways.experts
    assert ways.experts.wait == Wait(60.0, 30.0, 120.0)


def test_chosen_they_wait_in_that_queue_in_their_place_and_an_expert_is_asked(
    cast: Cast, waits: Conversation, queue: Queue, experts: Queue
) -> None:
    before = placement_of(waits)
    available(cast.bob)
    made = actions.choose(waits, Wish("expert"))
    assert made
    assert (made.experts, made.stood_in, made.promise) == (experts, queue, None)
    after = placement_of(waits)
    assert (after.pk, after.queue, after.since) == (before.pk, experts, before.since)
    assert (after.counts_from, after.not_before) == (before.counts_from, None)
    # What happens to the conversation meanwhile moves it nowhere.
    writes(cast.mailbox, "Are you there?")
    settle()
    offer = offer_to(cast.bob)
    assert offer
    assert (offer.placement, offer.placement.queue) == (after, experts)
    assert choice_of(offer.placement) == made
    assert offer_to(cast.alice) is None


def test_twice_is_once(chosen: Conversation) -> None:
    first = Choice.objects.get()
    assert actions.choose(chosen, Wish("expert")) == first
    assert Choice.objects.count() == 1


def test_a_tag_moves_nothing_while_they_wait_for_an_expert(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    refund = conversations.tag_named("Refund", actor=cast.lead)
    special = actions.open_queue(cast.brand, "Refunds", Described(tags=[refund.pk]))
    actions.move_queue(special, up=True)
    actions.move_queue(special, up=True)
    conversations.tag(chosen, refund, actor=cast.lead)
    settle()
    assert placement_of(chosen).queue == experts


def test_who_chooses_otherwise_is_back_where_they_were(chosen: Conversation, queue: Queue, experts: Queue) -> None:
    made = Choice.objects.get()
    assert actions.choose(chosen, Wish("call", phone=NUMBER))
    back = placement_of(chosen)
    assert (back.queue, back.counts_from, back.is_considered) == (queue, made.stood_from, False)
    settle()
    assert placement_of(chosen).queue == queue
    assert actions.choose(chosen, Wish("expert"))
    assert placement_of(chosen).queue == experts
    assert actions.choose(chosen, Wish()) is None
    assert placement_of(chosen).queue == queue
    assert not Choice.objects.filter(ended_at=None).exists()


def test_slots_are_those_of_their_own_queue(chosen: Conversation, queue: Queue) -> None:
    changes(queue, hours="mo-su 10:00-11:00")
    zone = ZoneInfo(organisation().time_zone)
    assert {at.astimezone(zone).hour for at in ways_of(placement_of(chosen)).slots} == {10}


def test_who_waited_for_it_to_open_need_not_wait_for_experts_that_are(cast: Cast, queue: Queue, experts: Queue) -> None:
    changes(queue, hours=open_tomorrow())
    conversation = writes(cast.mailbox, "Hello")
    settle()
    opens_at = placement_of(conversation).not_before
    assert opens_at
    available(cast.bob)
    actions.choose(conversation, Wish("expert"))
    settle()
    assert offer_to(cast.bob)
    actions.choose(conversation, Wish())
    assert placement_of(conversation).not_before == opens_at


def test_switched_off_meanwhile_it_is_back_and_said_so(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    made = Choice.objects.get()
    assert actions.switch_off(experts) == 1
    back = placement_of(chosen)
    assert (back.queue, back.counts_from, back.state) == (queue, made.stood_from, "waiting")
    made.refresh_from_db()
    assert made.has_lapsed
    assert made.ended_at
    standing = standing_of(chosen)
    assert standing
    assert standing.choice is None
    available(cast.alice)
    settle()
    assert offer_to(cast.alice)


def test_switched_off_while_somebody_is_asked_it_is_back_when_they_pass(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    available(cast.bob)
    settle()
    offer = offer_to(cast.bob)
    assert offer
    actions.switch_off(experts)
    assert placement_of(chosen).queue == experts
    actions.pass_on(offer)
    assert leave_switched_off() == 1
    assert placement_of(chosen).queue == queue
    assert Choice.objects.get().has_lapsed


def test_when_the_experts_went_home_they_are_back_in_their_place_and_it_is_said(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    made = Choice.objects.get()
    assert leave_gone_experts() == 0, "who is busy is there"
    actions.set_state(cast.bob, "away", actor=cast.bob)
    assert leave_gone_experts() == 0, "they may be back in a moment"
    Presence.objects.exclude(ended_at=None).update(ended_at=now() - GONE_FOR)
    assert leave_gone_experts() == 1
    back = placement_of(chosen)
    assert (back.queue, back.counts_from, back.state) == (queue, made.stood_from, "waiting")
    made.refresh_from_db()
    assert made.has_lapsed
    assert leave_gone_experts() == 0
    available(cast.alice)
    settle()
    assert offer_to(cast.alice)


def test_when_the_experts_shut_they_are_back_at_once(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    changes(experts, hours=open_tomorrow())
    assert leave_gone_experts() == 1
    assert placement_of(chosen).queue == queue


def test_whoever_is_being_asked_by_the_experts_stays_until_they_answer(
    cast: Cast, chosen: Conversation, experts: Queue
) -> None:
    available(cast.bob)
    settle()
    assert offer_to(cast.bob)
    changes(experts, hours=open_tomorrow())
    assert leave_gone_experts() == 0
    assert placement_of(chosen).queue == experts


def test_where_their_own_queue_is_off_too_it_goes_where_it_is_taken(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    other = actions.open_queue(cast.brand, "Everything")
    actions.switch_off(queue)
    assert placement_of(chosen).queue == experts
    actions.switch_off(experts)
    assert placement_of(chosen).queue == other


def test_what_they_write_on_another_channel_waits_with_it_and_comes_back_with_it(
    cast: Cast, chosen: Conversation, queue: Queue, experts: Queue
) -> None:
    came = now() - timedelta(hours=1)
    Placement.objects.update(since=came, counts_from=came)
    again = writes(cast.mailbox, "On another way", subject="Other")
    settle()
    second = placement_of(again)
    assert again != chosen
    assert (second.queue, second.since, choice_of(second)) == (experts, came, Choice.objects.get())
    writes(cast.mailbox, "Once more", subject="Other")
    settle()
    assert placement_of(again).queue == experts
    actions.choose(chosen, Wish())
    assert {placement_of(one).queue for one in (chosen, again)} == {queue}


def test_chosen_otherwise_on_the_other_channel_both_are_back(cast: Cast, chosen: Conversation, queue: Queue) -> None:
    again = writes(cast.mailbox, "On another way", subject="Other")
    settle()
    assert actions.choose(again, Wish("call", phone=NUMBER))
    assert {placement_of(one).queue for one in (chosen, again)} == {queue}
    assert list(Choice.objects.filter(ended_at=None).values_list("what", flat=True)) == ["call"]


def test_whoever_else_waits_there_stays(cast: Cast, chosen: Conversation, experts: Queue) -> None:
    other = writes(cast.mailbox, "Hello", sender="frits@example.org")
    settle()
    actions.choose(other, Wish("expert"))
    actions.choose(chosen, Wish())
    assert placement_of(other).queue == experts


def test_whoever_is_being_asked_is_asked_no_more(cast: Cast, waits: Conversation) -> None:
    available(cast.alice, cast.bob)
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.choose(waits, Wish("expert"))
    settle()
    assert Offer.objects.get(pk=offer.pk).state == "withdrawn"
    assert offer_to(cast.bob)


def test_experts_are_of_the_brand_and_never_the_queue_itself_or_a_circle(
    cast: Cast, queue: Queue, experts: Queue
) -> None:
    elsewhere = actions.open_queue(cast.other_brand, "Elsewhere")
    third = actions.open_queue(cast.brand, "Third", Described(fields={"experts": queue}))
    for wrong in (elsewhere, experts, queue, third):
        with pytest.raises(BadExpertsError):
            changes(experts, experts=wrong)
    experts.refresh_from_db()
    assert experts.experts is None


def test_of_two_who_make_a_circle_together_one_is_told(cast: Cast) -> None:
    one, other = (actions.open_queue(cast.brand, name) for name in ("One", "Other"))

    def described(pair: tuple[Queue, Queue]) -> str:
        try:
            changes(pair[0], experts=pair[1])
        except BadExpertsError:
            return "refused"
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(described, [(one, other), (other, one)])) == ["refused", "saved"]
