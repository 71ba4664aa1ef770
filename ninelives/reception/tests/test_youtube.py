"""Comments on YouTube are found by looking, once and in order, and answered in public."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ninelives.channels.actions import open_account
from ninelives.channels.delivering import deliver_due
from ninelives.channels.looking import look_around
from ninelives.channels.models import ChannelAccount, Delivery, Receipt
from ninelives.channels.pretending import PretendedProvider
from ninelives.channels.protocol import AccountView, Asked, Provider, Reply, Said
from ninelives.channels.registry import CHANNELS
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.clock import now
from ninelives.reception.working import take_receipts
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

OWN = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
TOLD = {"channel_id": OWN, "client_id": "ours", "client_secret": "secret", "refresh_token": "again"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def played(cast: Cast) -> Iterator[PretendedProvider]:
    provider = CHANNELS["youtube"].provider
    assert provider
    with playing(cast, provider) as playing_it:
        yield playing_it
        playing_it.wait_for_news()


def playing(cast: Cast, provider: Provider) -> PretendedProvider:
    played = PretendedProvider(provider)
    played.account = open_account("youtube", "Videos", cast.brand, told={**TOLD, "api_base": played.api_base}).view()
    return played


def said(number: int, text: str, who: str = "UCdora", ago: timedelta = timedelta(minutes=5)) -> Said:
    return Said(f"Ug{number}", who, text, now() - ago + timedelta(seconds=number), "@dora")


def look(*, is_thorough: bool = False) -> int:
    found = look_around(is_thorough=is_thorough)
    while take_receipts():
        pass
    return found


def test_what_is_found_again_is_there_once_and_in_order(played: PretendedProvider) -> None:
    played.say([said(1, "Does it work on a flat roof?"), said(2, "And in winter?")])
    assert (look(), look(is_thorough=True)) == (2, 0)
    played.say([said(3, "Thanks.")])
    assert look() == 1
    texts = Message.objects.order_by("occurred_at").values_list("text", flat=True)
    assert list(texts) == ["Does it work on a flat roof?", "And in winter?", "Thanks."]
    assert Receipt.objects.count() == 3


def test_an_answer_stands_under_the_comment_and_what_is_ours_is_no_question(
    played: PretendedProvider, cast: Cast
) -> None:
    played.say([said(1, "Does it work on a flat roof?"), said(2, "It does.", who=OWN)])
    look()
    message = actions.answer(Conversation.objects.get(), actor=cast.alice, text="Yes, with a frame.", key="one")
    assert message.delivery
    while deliver_due():
        pass
    assert [(one.to, one.text) for one in played.taken] == [("Ug1", "Yes, with a frame.")]
    message.delivery.refresh_from_db()
    assert message.delivery.state == Delivery.State.SENT


def test_where_comments_are_closed_it_is_refused(played: PretendedProvider, cast: Cast) -> None:
    played.say([said(1, "Hello")])
    look()
    message = actions.answer(Conversation.objects.get(), actor=cast.alice, text="No [refuse]", key="one")
    deliver_due()
    assert message.delivery
    message.delivery.refresh_from_db()
    assert (message.delivery.state, message.delivery.reason) == (Delivery.State.FAILED, "commentsDisabled")


def test_what_was_said_long_before_the_account_was_made_waits_for_nobody(played: PretendedProvider) -> None:
    played.say([said(1, "Years ago", ago=timedelta(days=400)), said(2, "Yesterday", ago=timedelta(days=1))])
    look(is_thorough=True)
    assert Message.objects.get().text == "Yesterday"


class Edited:
    """Everything it has was changed since, and there are more replies than it gives along."""

    def __init__(self, inner: Provider) -> None:
        self.inner, self.is_edited = inner, False

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def lists(self, said: list[Said], asked: Asked, account: AccountView) -> Reply | None:
        """As JSON in which a comment has another text and another moment."""
        reply = self.inner.lists(said, asked, account)  # type: ignore[attr-defined]
        if reply is None or not self.is_edited:
            return reply
        changed = reply.body.replace(b"flat roof", b"steep roof").replace(b'"updatedAt": "20', b'"updatedAt": "21')
        return Reply(changed, reply.media_type)


def test_a_comment_that_was_edited_is_the_same_and_says_what_it_says_now(cast: Cast) -> None:
    provider = CHANNELS["youtube"].provider
    assert provider
    edited = Edited(provider)
    with playing(cast, edited) as played:  # type: ignore[arg-type]
        played.say([said(1, "Does it work on a flat roof?")])
        look()
        edited.is_edited = True
        look()
    message = Message.objects.get()
    assert (message.text, message.has_changes) == ("Does it work on a steep roof?", True)


def test_one_that_cannot_be_looked_at_stops_no_other(played: PretendedProvider, cast: Cast) -> None:
    unlucky = open_account("youtube", "Without a key", cast.brand, told={"channel_id": "UCother"})
    assert ChannelAccount.objects.filter(pk=unlucky.pk, is_active=True).exists()
    played.say([said(1, "Hello")])
    assert look() == 1
