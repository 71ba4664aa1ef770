"""A customer who is not there any more is asked whether they are, before an agent is spent on them."""

from datetime import timedelta

import pytest

from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import Conversation, Message
from ninelives.customers import actions as customers
from ninelives.foundation.address import Address
from ninelives.foundation.clock import now
from ninelives.reception.tests.chat_tools import Widget, open_chat
from ninelives.routing import actions, queries
from ninelives.routing.actions import Wish
from ninelives.routing.models import Placement, Queue
from ninelives.routing.silence import LEFT_AFTER, SILENT_AFTER, notice_silent
from ninelives.routing.tests.test_offers import available, offer_to, placement_of, settle
from tests.cast import Cast, make_cast, writes

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "Are you still there?"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return actions.open_queue(cast.brand, "Service")


@pytest.fixture
def shop(cast: Cast) -> ChannelAccount:
    return open_chat(cast)


@pytest.fixture
def visitor(shop: ChannelAccount, queue: Queue) -> Widget:
    widget = Widget(shop).begin()
    widget.say("Is anybody there?")
    settle()
    return widget


def the_one() -> Placement:
    return Placement.objects.select_related("conversation__customer").get()


def falls_silent() -> None:
    """So long that nobody listens, whatever network they are on."""
    Placement.objects.update(listened_at=now() - SILENT_AFTER - timedelta(seconds=1))


def asked() -> int:
    return Message.objects.filter(is_automatic=True, text__startswith=QUESTION).count()


def test_whoever_wrote_just_now_is_there(cast: Cast, visitor: Widget) -> None:
    assert the_one().listened_at
    assert notice_silent() == 0
    available(cast.alice)
    settle()
    assert offer_to(cast.alice)


def test_who_seems_to_have_gone_is_asked_once_and_offered_to_nobody(cast: Cast, visitor: Widget) -> None:
    falls_silent()
    assert notice_silent() == 1
    assert notice_silent() == 0
    assert (asked(), the_one().state) == (1, "waiting")
    assert [one.waiting for one in queries.queues_now(Queue.objects.all())] == [0]
    available(cast.alice)
    settle()
    assert offer_to(cast.alice) is None


def test_who_comes_back_listening_has_their_place(cast: Cast, visitor: Widget) -> None:
    since = the_one().since
    falls_silent()
    notice_silent()
    visitor.page()
    back = the_one()
    assert (back.since, back.parked_at) == (since, None)
    available(cast.alice)
    settle()
    assert offer_to(cast.alice)
    # A second time they are not asked again; they wait aside all the same.
    actions.pass_on(offer_to(cast.alice))  # type: ignore[arg-type]
    falls_silent()
    notice_silent()
    assert (asked(), the_one().parked_at is None) == (1, False)


def test_who_writes_again_has_their_place(cast: Cast, visitor: Widget) -> None:
    falls_silent()
    notice_silent()
    visitor.say("Yes")
    assert the_one().parked_at is None


def test_who_asks_how_long_it_takes_is_there(visitor: Widget) -> None:
    falls_silent()
    assert visitor.ask("GET", "waiting").status_code == 200
    assert notice_silent() == 0


def test_who_stays_away_has_left_and_comes_anew_when_they_write(visitor: Widget) -> None:
    falls_silent()
    notice_silent()
    Placement.objects.update(parked_at=now() - LEFT_AFTER - timedelta(seconds=1))
    assert notice_silent() == 1
    assert (the_one().state, the_one().why) == ("ended", "left")
    assert Conversation.objects.get().is_open
    visitor.say("Here I am")
    settle()
    assert Placement.objects.open().get().state == "waiting"


def test_who_can_be_reached_elsewhere_is_answered_though_they_left(cast: Cast, visitor: Widget) -> None:
    customers.claim(the_one().conversation.customer, Address("mail", "dora@example.org"))
    falls_silent()
    notice_silent()
    Placement.objects.update(parked_at=now() - LEFT_AFTER - timedelta(seconds=1))
    notice_silent()
    assert (the_one().state, the_one().parked_at) == ("waiting", None)
    assert notice_silent() == 0
    available(cast.alice)
    settle()
    assert offer_to(cast.alice)


def test_who_chose_to_be_called_or_answered_may_leave(visitor: Widget) -> None:
    actions.choose(the_one().conversation, Wish("call", phone="+31612345678"))
    falls_silent()
    assert notice_silent() == 0


def test_what_was_left_while_it_was_closed_is_a_message(visitor: Widget) -> None:
    Placement.objects.update(not_before=now() - timedelta(hours=1))
    falls_silent()
    assert notice_silent() == 0


def test_a_mail_listens_to_nobody(cast: Cast, queue: Queue) -> None:
    conversation = writes(cast.mailbox, "Hello")
    settle()
    assert placement_of(conversation).listened_at is None
    assert notice_silent() == 0
