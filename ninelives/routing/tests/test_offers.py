"""From a message to an offer to whose work it is, and back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from ninelives.accounts.models import Person
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.routing import actions, working
from ninelives.routing.models import Beat, Decision, Listener, Offer, Placement, Presence, Queue
from ninelives.routing.working import route_due
from tests.cast import Cast, dora_writes, make_cast, writes

# What happened to a conversation is read when it is committed.
pytestmark = pytest.mark.django_db(transaction=True)

State, Why = Placement.State, Placement.Why


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service")


def settle() -> None:
    for _ in range(20):
        if not route_due():
            return
    raise AssertionError("it never comes to rest")


def available(*people: Person) -> None:
    for person in people:
        actions.set_state(person, Presence.State.AVAILABLE, actor=person)


def lost(*, before: timedelta) -> None:
    """Their desks spoke so long ago, and were listened to ever since."""
    listener = new_id()
    actions.listen(listener)
    Listener.objects.filter(pk=listener).update(since=now() - timedelta(hours=1))
    Beat.objects.update(at=now() - before)


def offer_to(person: Person) -> Offer | None:
    return Offer.objects.filter(person=person, state=Offer.State.OPEN).first()


def placement_of(conversation: Conversation) -> Placement:
    return Placement.objects.filter(conversation=conversation).latest("at")


def test_a_message_is_offered_to_who_is_available_and_accepted(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.accept(offer)
    conversation.refresh_from_db()
    assert conversation.assignee == cast.alice
    assert placement_of(conversation).state == State.ACCEPTED
    settle()
    assert Placement.objects.count() == 1


def test_nobody_is_offered_anything_who_is_not_there(cast: Cast, queue: Queue) -> None:
    conversation = writes(cast.mailbox, "Hello")
    settle()
    assert placement_of(conversation).state == State.WAITING
    assert not Offer.objects.exists()
    available(cast.alice)
    settle()
    assert offer_to(cast.alice)


def test_a_backlog_is_handed_out_when_people_return_in_the_order_it_came(cast: Cast, queue: Queue) -> None:
    came = [writes(cast.mailbox, f"Number {place}", sender=f"d{place}@example.org") for place in range(3)]
    settle()
    available(cast.alice)
    for conversation in came:
        settle()
        offer = offer_to(cast.alice)
        assert offer
        assert offer.placement.conversation == conversation
        actions.accept(offer)


def test_who_passes_is_not_asked_again_and_the_next_is(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    since = placement_of(conversation).since
    actions.pass_on(offer, reason="I know nothing of this")
    settle()
    assert offer_to(cast.alice) is None
    available(cast.bob)
    settle()
    assert offer_to(cast.bob)
    assert placement_of(conversation).since == since


def test_an_offer_that_nobody_takes_goes_on_and_whoever_had_it_is_away(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    writes(cast.mailbox, "Hello")
    settle()
    Offer.objects.update(expires_at=now() - timedelta(seconds=1))
    available(cast.bob)
    actions.offering.expire()
    settle()
    gone = Presence.objects.get(person=cast.alice, ended_at=None)
    assert (gone.state, gone.why) == (Presence.State.AWAY, Presence.Why.UNANSWERED)
    assert offer_to(cast.bob)


def test_an_expired_offer_cannot_be_accepted(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    Offer.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(actions.OfferEndedError):
        actions.accept(offer)


def test_a_lost_line_is_noticed_and_the_work_goes_back_with_its_place(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    actions.beat(cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.accept(offer)
    since = placement_of(conversation).since
    lost(before=timedelta(seconds=12))
    actions.hearing.notice_lost()
    settle()
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert placement_of(conversation).state == State.WAITING
    assert placement_of(conversation).since == since
    available(cast.bob)
    settle()
    assert offer_to(cast.bob)


def test_who_comes_back_on_the_line_is_available_again(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    actions.beat(cast.alice)
    lost(before=timedelta(seconds=12))
    actions.hearing.notice_lost()
    presence = actions.beat(cast.alice)
    assert presence
    assert presence.state == Presence.State.AVAILABLE


@pytest.mark.parametrize("state", [Presence.State.BREAK, Presence.State.BUSY])
def test_who_was_busy_when_the_line_went_is_so_when_it_is_back(cast: Cast, queue: Queue, state: str) -> None:
    actions.set_state(cast.alice, state, actor=cast.alice, reason="training", without=["mail"])
    for _ in range(2):
        actions.beat(cast.alice)
        lost(before=timedelta(seconds=12))
        assert actions.hearing.notice_lost() == 1
        presence = actions.beat(cast.alice)
        assert presence
        assert (presence.state, presence.reason, presence.without) == (state, "training", ["mail"])


def test_nobody_is_lost_while_nobody_listened(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    actions.beat(cast.alice)
    lost(before=timedelta(minutes=1))
    here = Listener.objects.get()
    # As after a restart of the server that they speak to, or while it is away.
    for since, at in ((5, 0), (600, 20)):
        Listener.objects.update(since=now() - timedelta(seconds=since), at=now() - timedelta(seconds=at))
        assert actions.hearing.notice_lost() == 0
    actions.listen(here.pk)
    here.refresh_from_db()
    assert now() - here.since < timedelta(seconds=1), "it did not listen in between"
    Listener.objects.update(since=now() - timedelta(seconds=12))
    assert actions.hearing.notice_lost() == 1


def test_who_says_that_they_go_before_they_are_back_stays_away(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    actions.beat(cast.alice)
    lost(before=timedelta(minutes=1))
    settle()
    actions.set_state(cast.alice, Presence.State.AWAY, actor=cast.alice)
    presence = actions.beat(cast.alice)
    assert presence
    assert (presence.state, presence.why) == (Presence.State.AWAY, Presence.Why.CHOSEN)


def test_what_is_taken_by_hand_is_offered_to_nobody(cast: Cast, queue: Queue) -> None:
    available(cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    conversations.claim(conversation, person=cast.bob)
    with pytest.raises(actions.OfferEndedError):
        actions.accept(offer)
    settle()
    assert offer_to(cast.alice) is None
    assert placement_of(conversation).person == cast.bob


def test_what_no_queue_takes_stays_with_whoever_takes_it_though_they_take_no_offers(cast: Cast) -> None:
    actions.open_queue(cast.brand, "Chat", actions.Described(fields={"kinds": ["webchat"]}))
    actions.set_state(cast.alice, Presence.State.AWAY, actor=cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    conversations.claim(conversation, person=cast.alice)
    settle()
    conversation.refresh_from_db()
    assert conversation.assignee == cast.alice


def test_what_is_closed_waits_no_more(cast: Cast, queue: Queue) -> None:
    conversation = writes(cast.mailbox, "Hello")
    settle()
    conversations.close(conversation, actor=cast.alice)
    settle()
    assert placement_of(conversation).why == Why.LEFT


def test_an_answer_ends_the_work_and_the_next_message_comes_back_to_the_same_person(cast: Cast, queue: Queue) -> None:
    available(cast.alice, cast.bob)
    conversation = writes(cast.mailbox, "Hello", message_id="one@example.org")
    settle()
    offer = Offer.objects.get(state=Offer.State.OPEN)
    actions.accept(offer)
    conversations.answer(Conversation.objects.get(pk=conversation.pk), actor=offer.person, text="Hi", key="1")
    settle()
    assert placement_of(conversation).why == Why.ANSWERED
    writes(cast.mailbox, "And again", in_reply_to="<one@example.org>", references="<one@example.org>")
    settle()
    again = placement_of(conversation)
    assert (again.state, again.person) == (State.ACCEPTED, offer.person)


def test_only_who_can_do_it_is_asked_and_the_demand_relaxes(cast: Cast, queue: Queue) -> None:
    dutch = actions.name_skill("Dutch")
    actions.change_queue(
        queue, actions.Described(rings=[actions.Ring(dutch, 4), actions.Ring(dutch, 2, after=60)]), actor=cast.lead
    )
    actions.set_levels(cast.alice, [(dutch, 3)])
    actions.set_levels(cast.bob, [(dutch, 5)])
    available(cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    assert offer_to(cast.alice) is None
    Placement.objects.update(counts_from=now() - timedelta(seconds=61))
    settle()
    assert offer_to(cast.alice)
    decision = Decision.objects.filter(placement=placement_of(conversation), person=cast.alice).get()
    assert decision.guard in ("relaxed", "none")


def test_another_brands_people_are_never_asked(cast: Cast, queue: Queue) -> None:
    available(cast.charlie)
    writes(cast.mailbox, "Hello")
    settle()
    assert not Offer.objects.exists()


def test_outside_the_hours_it_waits_until_the_queue_opens(cast: Cast, queue: Queue) -> None:
    today = now().weekday()
    days = ("mo", "tu", "we", "th", "fr", "sa", "su")
    closed = actions.Described(fields={"hours": f"{days[(today + 3) % 7]} 09:00-17:00"})
    actions.change_queue(queue, closed, actor=cast.lead)
    available(cast.alice)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    assert offer_to(cast.alice) is None
    assert placement_of(conversation).not_before
    actions.change_queue(queue, actions.Described(fields={"hours": ""}), actor=cast.lead)
    settle()
    assert offer_to(cast.alice)


def test_two_who_each_hold_what_the_other_wants_both_get_done(cast: Cast, queue: Queue) -> None:
    """Going away and matching lock offers and presences in either order: again and again, at once."""
    with ThreadPoolExecutor(3) as pool:
        for round_ in range(12):
            writes(cast.mailbox, f"Number {round_}", sender=f"d{round_}@example.org")
            available(cast.alice, cast.bob)
            deeds = (partial(_away, cast.alice), partial(_away, cast.bob), _route)
            for deed in [pool.submit(deed) for deed in deeds]:
                deed.result(20)
    assert not Offer.objects.filter(state=Offer.State.OPEN).exists()
    assert Placement.objects.filter(state=State.WAITING).count() == 12


def _away(person: Person) -> None:
    actions.set_state(person, Presence.State.AWAY, actor=person)
    connection.close()


def _route() -> None:
    for _ in range(3):
        route_due()
    connection.close()


def test_what_waited_before_there_was_a_queue_gets_its_place(cast: Cast) -> None:
    conversation = writes(cast.mailbox, "Hello")
    assert not Placement.objects.exists()
    actions.open_queue(cast.brand, "Service")
    working._swept = working._swept_all = working._looked_at = -100.0
    settle()
    assert placement_of(conversation).since == conversation.waiting_since


def test_a_queue_that_another_process_opens_takes_what_waits_at_once(
    cast: Cast, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker remembers the queues for some seconds, and has just looked for what has no place."""
    conversation = writes(cast.other_mailbox, "Hello")
    settle()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actions.setting_up, "forget_descriptions", lambda: None)
        other = actions.open_queue(cast.other_brand, "Other")
    working._swept = -100.0
    settle()
    assert placement_of(conversation).queue == other


def test_who_was_closed_unanswered_and_comes_again_waits_from_then_on(cast: Cast, queue: Queue) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    settle()
    assert placement_of(first).since == first.waiting_since
    conversations.close(first, actor=cast.alice)
    settle()
    dora_writes(cast, text="Something else.", message_id="2@example.org", In_Reply_To="<1@example.org>")
    settle()
    first.refresh_from_db()
    came = first.messages.latest("occurred_at").occurred_at
    assert placement_of(first).since == came > first.waiting_since


def test_who_was_closed_by_mistake_keeps_their_place(cast: Cast, queue: Queue) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    settle()
    conversations.close(first, actor=cast.alice)
    settle()
    conversations.reopen(first, actor=cast.alice)
    settle()
    assert placement_of(first).since == first.waiting_since
