"""What was promised is offered so that it is kept: to whoever made it, and to anybody when it warns."""

from datetime import timedelta

import pytest

from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from ninelives.promises import actions as promises
from ninelives.promises.models import Promise
from ninelives.routing import actions, working
from ninelives.routing.models import Placement, Queue
from ninelives.routing.tests.test_offers import available, offer_to, settle
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service")


@pytest.fixture
def closed(cast: Cast, queue: Queue) -> Conversation:
    conversation = writes(cast.mailbox, "Hello")
    conversations.close(conversation, actor=cast.alice)
    settle()
    return conversation


def swept() -> None:
    working._swept = working._swept_all = 0.0
    settle()


def promised(conversation: Conversation, cast: Cast, **more: object) -> Promise:
    wanted = promises.Wanted("other", now() + timedelta(hours=2), what="Send the form", **more)
    return promises.make_in(wanted, conversation, actor=cast.alice)


def test_it_is_offered_though_nobody_waits_for_an_answer(cast: Cast, closed: Conversation) -> None:
    promise = promised(closed, cast)
    available(cast.bob)
    swept()
    offer = offer_to(cast.bob)
    assert offer
    assert offer.placement.promise == promise
    actions.accept(offer)
    assert Placement.objects.get(promise=promise).state == "accepted"


def test_it_is_kept_for_its_owner_until_it_warns(cast: Cast, closed: Conversation) -> None:
    promise = promised(closed, cast, owner=cast.alice)
    available(cast.alice, cast.bob)
    swept()
    assert offer_to(cast.bob) is None
    offer = offer_to(cast.alice)
    assert offer
    actions.set_state(cast.alice, "away", actor=cast.alice)
    swept()
    assert offer_to(cast.bob) is None
    Placement.objects.filter(promise=promise).update(held_until=now())
    swept()
    assert offer_to(cast.bob)


def test_what_is_kept_need_not_be_offered(cast: Cast, closed: Conversation) -> None:
    promise = promised(closed, cast)
    swept()
    assert Placement.objects.open().filter(promise=promise).exists()
    promises.keep(promise, actor=cast.alice)
    swept()
    assert not Placement.objects.open().exists()
