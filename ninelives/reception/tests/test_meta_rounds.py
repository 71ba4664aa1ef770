"""Whole rounds over HTTP of what only Meta's channels do: comments answered in public and privately, what is read up to
a moment, batches of several people, and what is taken back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from ninelives.channels.adapters.meta.played import MetaMessages
from ninelives.channels.models import Delivery, Receipt
from ninelives.channels.pretending import Manners, PretendedProvider
from ninelives.channels.protocol import DeliveryNews
from ninelives.channels.registry import CHANNELS
from ninelives.conversations import actions
from ninelives.conversations.actions import How
from ninelives.conversations.models import Conversation, Message
from ninelives.customers.models import CustomerAddress
from ninelives.foundation.clock import now
from ninelives.reception.tests.test_played_providers import account_of, answer, deliver, process, said, state
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

Play = Callable[[str], PretendedProvider]
COMMENTS = ("facebook_comments", "instagram_comments")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def play(cast: Cast, live_server: Any, settings: Any) -> Iterator[Play]:
    settings.BASE_URL = live_server.url
    with ExitStack() as stack:

        def played(kind: str) -> PretendedProvider:
            provider = CHANNELS[kind].provider
            assert provider
            playing = stack.enter_context(PretendedProvider(provider, Manners(news=())))
            playing.account = account_of(kind, cast, playing).view()
            return playing

        yield played


def tells(played: PretendedProvider, *events: dict[str, Any]) -> None:
    assert isinstance(played.provider, MetaMessages)
    assert played.post(played.provider.tells(events, played.account)) == 200
    process()


def milliseconds(later: float = 0) -> int:
    return int((now().timestamp() + later) * 1000)


@pytest.mark.parametrize("kind", COMMENTS)
def test_a_comment_is_answered_in_public_and_once_privately(kind: str, play: Play, cast: Cast) -> None:
    played = play(kind)
    played.say([said(1, "Where is my parcel?")])
    process()
    conversation = Conversation.objects.get()
    in_public = answer(conversation, cast.alice, "We will look into it.", "one")
    alone = actions.answer(conversation, actor=cast.alice, text="Your code?", key="two", how=How(in_private=True))
    deliver()
    assert [(one.text, one.id[0]) for one in played.taken] == [("We will look into it.", "c"), ("Your code?", "m")]
    assert (state(in_public), alone.delivery and state(alone.delivery)) == ("sent", "sent")
    with pytest.raises(actions.NotInPrivateError):
        actions.answer(conversation, actor=cast.alice, text="Again", key="three", how=How(in_private=True))


@pytest.mark.parametrize("kind", COMMENTS)
def test_privately_it_goes_in_one_message_and_within_seven_days(kind: str, play: Play, cast: Cast) -> None:
    play(kind).say([said(1, "Hello")])
    process()
    conversation = Conversation.objects.get()
    with pytest.raises(actions.TooLongError):
        how = How(in_private=True, in_parts=True)
        actions.answer(conversation, actor=cast.alice, text="long " * 600, key="one", how=how)
    Message.objects.update(occurred_at=now() - timedelta(days=7, minutes=1))
    with pytest.raises(actions.NotInPrivateError):
        actions.answer(conversation, actor=cast.alice, text="Late", key="two", how=How(in_private=True))
    answer(conversation, cast.alice, "In public still", "three")


def test_a_failed_private_answer_may_be_tried_again(play: Play, cast: Cast) -> None:
    play("facebook_comments").say([said(1, "Hello")])
    process()
    conversation, how = Conversation.objects.get(), How(in_private=True)
    actions.answer(conversation, actor=cast.alice, text="No [refuse]", key="one", how=how)
    deliver()
    actions.answer(conversation, actor=cast.alice, text="Yes", key="two", how=how)
    deliver()
    assert [*Delivery.objects.order_by("id").values_list("state", flat=True)] == ["failed", "sent"]


def test_who_answers_our_answer_goes_on_in_their_conversation_and_a_stranger_does_not(play: Play, cast: Cast) -> None:
    played = play("facebook_comments")
    played.say([said(1, "Where is my parcel?")])
    process()
    conversation = Conversation.objects.get()
    answer(conversation, cast.alice, "On its way.", "one")
    deliver()
    for number, sender, name in ((2, "31612345678", "Dora"), (3, "31699999999", "Somebody")):
        value = comment(f"c{number}", sender, name, parent=played.taken[0].id)
        feed(played, value)
    assert Message.objects.get(text="c2").conversation == conversation
    stranger = Message.objects.get(text="c3").conversation
    assert (stranger == conversation, stranger.related) == (False, conversation)


def test_our_own_answer_that_comes_back_is_nobodys_message(play: Play, cast: Cast) -> None:
    played = play("facebook_comments")
    played.say([said(1, "Hello")])
    process()
    answer(Conversation.objects.get(), cast.alice, "Hello to you", "one")
    deliver()
    own = played.account.settings["page_id"]
    feed(played, comment("Hello to you", own, "Us", own_id=played.taken[0].id))
    # Also where Meta names us by another id than our own.
    feed(played, comment("Hello to you", "999", "Us", own_id=played.taken[0].id))
    assert Message.objects.filter(direction="inbound").count() == 1
    reasons = Receipt.objects.order_by("received_at").values_list("state", "reason")[1:]
    assert [*reasons] == [("processed", "own_message"), ("duplicate", "own_message")]


def comment(text: str, sender: str, name: str, *, parent: str = "1_2", own_id: str = "") -> dict[str, Any]:
    who = {"from": {"id": sender, "name": name}, "item": "comment", "verb": "add", "message": text}
    return {**who, "comment_id": own_id or f"555_{text}", "parent_id": parent, "post_id": "102938475610293_1"}


def feed(played: PretendedProvider, value: dict[str, Any]) -> None:
    provider: Any = played.provider
    own = played.account.settings["page_id"]
    assert played.post(provider.tells("page", "feed", value, own, played.account)) == 200
    process()


def test_everything_until_a_moment_is_read_and_nothing_after_it(play: Play, cast: Cast) -> None:
    played = play("messenger")
    played.say([said(1, "Hello")])
    process()
    conversation = Conversation.objects.get()
    first, second = (answer(conversation, cast.alice, text, text) for text in ("One", "Two"))
    deliver()
    between = milliseconds()
    third = answer(conversation, cast.alice, "Three", "Three")
    deliver()
    third.tries.update(started_at=now() + timedelta(seconds=5))
    tells(played, {"sender": {"id": "31612345678"}, "timestamp": between, "read": {"watermark": between}})
    assert [state(one) for one in (first, second, third)] == ["read", "read", "sent"]
    tells(played, {"sender": {"id": "another"}, "timestamp": between, "read": {"watermark": milliseconds(60)}})
    assert state(third) == "sent"


def test_what_was_perhaps_not_taken_is_not_read(play: Play, cast: Cast) -> None:
    played = play("messenger")
    played.say([said(1, "Hello")])
    process()
    delivery = answer(Conversation.objects.get(), cast.alice, "Hello? [silent]", "one")
    deliver()
    tells(played, {"sender": {"id": "31612345678"}, "timestamp": 1, "read": {"watermark": milliseconds(60)}})
    assert state(delivery) == "uncertain"
    # The echo says that it was.
    played.tell(played.taken[0], [DeliveryNews.SENT])
    process()
    assert state(delivery) == "sent"


def test_on_instagram_what_came_before_what_was_read_is_read_too(play: Play, cast: Cast) -> None:
    played = play("instagram")
    played.say([said(1, "Hello")])
    process()
    conversation = Conversation.objects.get()
    answers = [answer(conversation, cast.alice, text, text) for text in ("One", "Two", "Three")]
    deliver()
    played.tell(played.taken[1], [DeliveryNews.READ])
    process()
    assert [state(one) for one in answers] == ["read", "read", "sent"]


def test_a_batch_of_several_people_is_told_apart(play: Play) -> None:
    played = play("messenger")
    batch = [("1", "Dora one"), ("2", "Bob one"), ("1", "Dora two")]
    events = [
        {"sender": {"id": who}, "timestamp": milliseconds(), "message": {"mid": f"m_{text}", "text": text}}
        for who, text in batch
    ]
    tells(played, *events)
    assert CustomerAddress.objects.filter(kind="messenger").count() == Conversation.objects.count() == 2
    dora = Conversation.objects.get(messages__text="Dora one")
    assert [*dora.messages.order_by("occurred_at").values_list("text", flat=True)] == ["Dora one", "Dora two"]


def test_what_was_taken_back_before_it_came_is_taken_back(play: Play) -> None:
    played = play("instagram")
    taken_back = {"sender": {"id": "31612345678"}, "message": {"mid": "m1", "is_deleted": True}}
    tells(played, {**taken_back, "timestamp": milliseconds()})
    played.say([said(1, "Never mind")])
    process()
    assert Message.objects.get().deleted_at is not None


def test_more_than_a_thousand_bytes_leave_in_parts(play: Play, cast: Cast) -> None:
    played = play("instagram")
    played.say([said(1, "Tell me")])
    process()
    conversation, text = Conversation.objects.get(), "Zeeën en ideeën. 💙 " * 60
    with pytest.raises(actions.TooLongError):
        actions.answer(conversation, actor=cast.alice, text=text[:990], key="one")
    actions.answer(conversation, actor=cast.alice, text=text, key="two", how=How(in_parts=True))
    deliver()
    assert all(len(one.text.encode()) <= 1000 for one in played.taken)
    assert " ".join(one.text for one in played.taken).split() == text.split()


def test_with_the_providers_leave_a_person_has_seven_days(play: Play, cast: Cast) -> None:
    played = play("messenger")
    played.say([said(1, "Hello")])
    process()
    Message.objects.update(occurred_at=now() - timedelta(days=3))
    conversation = Conversation.objects.get()
    with pytest.raises(actions.WindowClosedError):
        answer(conversation, cast.alice, "Late", "one")
    conversation.account.settings.filter(name="human_agent").update(value="yes")
    answer(conversation, cast.alice, "Late", "one")
    deliver()
    assert [one.text for one in played.taken] == ["Late"]
