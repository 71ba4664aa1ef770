"""Whole rounds over HTTP with every provider that is played: what customers write comes in once and in order, what is
answered reaches them once, and what became of it is known."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from ninelives.accounts.models import Person
from ninelives.channels.actions import open_account
from ninelives.channels.delivering import deliver_due
from ninelives.channels.gathering import fetch_due
from ninelives.channels.models import ChannelAccount, Delivery, Receipt
from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import DeliveryNews, Envelope, InboundMessage, Said
from ninelives.channels.registry import CHANNELS
from ninelives.conversations import actions
from ninelives.conversations.actions import take_fetched
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.reception.working import take_receipts
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [kind for kind, speaks in CHANNELS.items() if speaks.provider and speaks.is_called]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
DORA = "31612345678"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def played(kind: str, cast: Cast, live_server: Any, settings: Any) -> Iterator[PretendedProvider]:
    settings.BASE_URL = live_server.url
    provider = CHANNELS[kind].provider
    assert provider
    with PretendedProvider(provider) as playing:
        account = account_of(kind, cast, playing)
        playing.account = account.view()
        yield playing
        playing.wait_for_news()


@pytest.fixture
def answered(played: PretendedProvider, kind: str) -> PretendedProvider:
    if not CHANNELS[kind].abilities.answers:
        pytest.skip("here nobody can be answered")
    return played


def account_of(kind: str, cast: Cast, playing: PretendedProvider) -> ChannelAccount:
    settings = CHANNELS[kind].settings
    told = {one.name: one.like or f"a {one.name}" for one in settings if one.required}
    told |= {one.name: playing.api_base for one in settings if one.name in ("api_base", "callback_url")}
    return open_account(kind, "Tried", cast.brand, told=told)


def said(number: int, text: str, file: bytes = b"") -> Said:
    return Said(f"m{number}", DORA, text, now() - timedelta(minutes=5) + timedelta(seconds=number), "Dora", file)


def read_in(kind: str, played: PretendedProvider, said: list[Said]) -> list[InboundMessage]:
    posts = played.provider.says(said, played.account)
    facts = [fact for post in posts for fact in CHANNELS[kind].read(post.body, Envelope(), played.account)]
    return [fact for fact in facts if isinstance(fact, InboundMessage)]


def process() -> None:
    while take_receipts():
        pass
    while fetch_due():
        pass


def deliver() -> None:
    while deliver_due():
        pass


def answer(conversation: Conversation, person: Person, text: str, key: str) -> Delivery:
    message = actions.answer(conversation, actor=person, text=text, key=key)
    assert message.delivery
    return message.delivery


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_what_is_told_five_times_and_in_another_order_is_there_once(played: PretendedProvider, kind: str) -> None:
    played.say([said(2, "Second"), said(1, "First")], times=5)
    process()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["First", "Second"]
    assert not Receipt.objects.filter(state__in=["stored", "quarantined"]).exists()
    assert Customer.objects.count() == 1


def test_things_stand_in_the_order_in_which_they_were_said(played: PretendedProvider, kind: str) -> None:
    if not all(one.written_at for one in read_in(kind, played, [said(1, "First")])):
        pytest.skip("its provider tells no times")
    for one in (said(2, "Second"), said(1, "First"), said(3, "Third")):
        played.say([one])
        process()
    for conversation in Conversation.objects.all():
        texts = list(Message.objects.of(conversation).order_by("occurred_at", "id").values_list("text", flat=True))
        assert texts == sorted(texts, key=["First", "Second", "Third"].index)
        first = Message.objects.of(conversation).order_by("occurred_at").first()
        assert first
        assert conversation.created_at == first.occurred_at
        assert (conversation.waiting_since is not None) == CHANNELS[kind].abilities.answers
        assert conversation.preview == texts[-1]


def test_an_album_told_of_in_parallel_is_one_conversation(played: PretendedProvider, kind: str) -> None:
    if CHANNELS[kind].abilities.reopens_within is None:
        pytest.skip("here a conversation follows what a message answers")

    def tell(number: int) -> list[int]:
        try:
            return played.say([said(number, f"Picture {number}", PICTURE)])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(tell, range(10))) == [[200]] * 10
    process()
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 10


def test_a_picture_is_fetched_after_its_message(played: PretendedProvider, kind: str) -> None:
    played.say([said(1, "Look", PICTURE)])
    take_receipts()
    for attachment in Attachment.objects.all():
        assert attachment.state == "waiting"
        assert fetch_due() == 1
        take_fetched(attachment.fetch_id)
        attachment.refresh_from_db()
        assert (attachment.state, attachment.size) == ("kept", len(PICTURE))
    assert Message.objects.get().text == "Look"


def test_an_answer_reaches_the_customer_once_and_is_known_to_be_read(
    answered: PretendedProvider, kind: str, cast: Cast
) -> None:
    answered.say([said(1, "Where is my parcel?")])
    process()
    delivery = answer(Conversation.objects.get(), cast.alice, "It is on its way.", "one")
    deliver()
    assert [(one.to, one.text.strip()) for one in answered.taken] == [(answered.taken[0].to, "It is on its way.")]
    assert answered.taken[0].to.endswith("612345678")
    answered.wait_for_news()
    process()
    tells = answered.provider.news(answered.taken[0], DeliveryNews.READ, answered.account) is not None
    assert state(delivery) == ("read" if tells else "sent")
    assert Message.objects.get(direction="outbound").provider_id == answered.taken[0].id


def test_what_is_refused_is_told_and_what_is_limited_is_tried_again(
    answered: PretendedProvider, kind: str, cast: Cast
) -> None:
    answered.say([said(1, "Hello")])
    process()
    conversation = Conversation.objects.get()
    refused = answer(conversation, cast.alice, "No [refuse]", "one")
    deliver()
    assert state(refused) == "failed"
    limited = answer(conversation, cast.alice, "Slowly [limit]", "two")
    deliver()
    assert state(limited) == "waiting"
    Delivery.objects.update(due_at=now())
    deliver()
    assert state(limited) in ("sent", "delivered", "read")
    assert [one.text.strip() for one in answered.taken] == ["Slowly [limit]"]


def test_what_was_taken_without_an_answer_is_never_sent_twice_in_silence(
    answered: PretendedProvider, kind: str, cast: Cast
) -> None:
    answered.manners = Manners(news=())
    answered.say([said(1, "Hello")])
    process()
    delivery = answer(Conversation.objects.get(), cast.alice, "Hello? [silent]", "one")
    deliver()
    Delivery.objects.filter(state="waiting").update(due_at=now())
    deliver()
    assert len(answered.taken) == 1 or CHANNELS[kind].abilities.repeatable
    assert state(delivery) == "uncertain"
    sent = answered.taken[0]
    if sent.told_id and answered.provider.news(sent, DeliveryNews.DELIVERED, answered.account):
        answered.tell(sent, [DeliveryNews.SENT, DeliveryNews.DELIVERED])
        process()
        assert state(delivery) == "delivered"
    assert len(answered.taken) == 1


def test_news_that_overtakes_the_answer_to_our_call_is_not_lost(
    answered: PretendedProvider, kind: str, cast: Cast
) -> None:
    answered.say([said(1, "Hello")])
    process()
    delivery = answer(Conversation.objects.get(), cast.alice, "Hello", "one")
    # The provider tells that it was read before it answers the call in which we send it.
    answered.on_taken = lambda sent: (answered.tell(sent, [DeliveryNews.READ]), process(), connections.close_all())
    deliver()
    tells = answered.provider.news(answered.taken[0], DeliveryNews.READ, answered.account) is not None
    assert state(delivery) == ("read" if tells else "sent")


def test_a_long_answer_leaves_in_parts_and_in_order(answered: PretendedProvider, kind: str, cast: Cast) -> None:
    most = CHANNELS[kind].abilities.max_length
    if most is None:
        pytest.skip("nothing is too long here")
    answered.say([said(1, "Tell me everything")])
    process()
    conversation, text = Conversation.objects.get(), "A sentence of some words. " * (most // 10)
    with pytest.raises(actions.TooLongError):
        actions.answer(conversation, actor=cast.alice, text=text, key="one")
    actions.answer(conversation, actor=cast.alice, text=text, key="one", how=actions.How(in_parts=True))
    again = actions.answer(conversation, actor=cast.alice, text=text, key="one", how=actions.How(in_parts=True))
    deliver()
    assert again == Message.objects.filter(direction="outbound").order_by("occurred_at").first()
    assert all(len(one.text) <= most for one in answered.taken)
    assert " ".join(one.text.strip() for one in answered.taken).split() == text.split()
