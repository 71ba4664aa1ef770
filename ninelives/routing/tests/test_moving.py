"""Work that is handed over keeps its place; whoever asks somebody in keeps the work."""

import pytest

from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.routing import actions
from ninelives.routing.models import Offer, Placement, Queue
from ninelives.routing.tests.test_offers import available, offer_to, placement_of, settle
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service", actions.Described(members=[cast.alice.pk]))


@pytest.fixture
def experts(cast: Cast, queue: Queue) -> Queue:
    return actions.open_queue(cast.brand, "Experts", actions.Described(members=[cast.bob.pk]))


@pytest.fixture
def hers(cast: Cast, queue: Queue, experts: Queue) -> Conversation:
    """Alice has it; Bob is there."""
    available(cast.alice, cast.bob)
    conversation = writes(cast.mailbox, "Hello")
    settle()
    offer = offer_to(cast.alice)
    assert offer
    actions.accept(offer)
    settle()
    return Conversation.objects.get(pk=conversation.pk)


def test_to_a_queue_with_its_place(cast: Cast, experts: Queue, hers: Conversation) -> None:
    since = placement_of(hers).since
    actions.hand_over(hers, actor=cast.alice, queue=experts)
    settle()
    offer = offer_to(cast.bob)
    assert offer
    assert placement_of(hers).since == since
    assert Placement.objects.open().count() == 1
    actions.accept(offer)
    settle()
    hers.refresh_from_db()
    assert hers.assignee == cast.bob


def test_to_a_person_for_whom_it_is_kept(cast: Cast, queue: Queue, experts: Queue, hers: Conversation) -> None:
    actions.change_queue(queue, actions.Described(members=[cast.alice.pk, cast.bob.pk, cast.lead.pk]), actor=cast.lead)
    available(cast.lead)
    actions.hand_over(hers, actor=cast.alice, person=cast.bob)
    settle()
    assert offer_to(cast.bob)
    assert offer_to(cast.lead) is None


def test_an_expert_comes_in_and_the_work_stays(cast: Cast, experts: Queue, hers: Conversation) -> None:
    actions.ask_in(hers, actor=cast.alice, queue=experts)
    actions.ask_in(hers, actor=cast.alice, queue=experts)
    settle()
    offer = offer_to(cast.bob)
    assert offer
    actions.accept(offer)
    settle()
    hers.refresh_from_db()
    assert hers.assignee == cast.alice
    helped = Placement.objects.get(purpose="consult")
    assert (helped.state, helped.person) == ("accepted", cast.bob)
    assert actions.end_consult(hers)
    assert not actions.end_consult(hers)


def test_whoever_was_asked_in_is_free_when_it_is_closed(cast: Cast, experts: Queue, hers: Conversation) -> None:
    actions.ask_in(hers, actor=cast.alice, queue=experts)
    settle()
    offer = offer_to(cast.bob)
    assert offer
    actions.accept(offer)
    conversations.close(hers, actor=cast.alice)
    settle()
    assert not Placement.objects.open().exists()
    assert not Offer.objects.filter(state="open").exists()


def test_where_no_queue_takes_it_nobody_can_be_asked(cast: Cast) -> None:
    conversation = writes(cast.mailbox, "Hello")
    with pytest.raises(actions.NoQueueError):
        actions.hand_over(conversation, actor=cast.alice, person=cast.bob)
