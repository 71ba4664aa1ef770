"""Unread is each person's own: what the customer wrote since they last looked."""

import pytest

from ninelives.conversations import actions, queries
from ninelives.conversations.listing import listed
from ninelives.conversations.models import Conversation, ReadMark
from tests.cast import Cast, arrives, dora_writes, in_view, mail, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, message_id="1@example.org")


def unread(person) -> list[str]:
    theirs = in_view("all", person).values("pk").query.sql_with_params()
    return [row.subject for row in listed(person, theirs) if row.is_unread]


def reads(conversation: Conversation, person) -> None:
    conversation.refresh_from_db()
    actions.mark_read(conversation, person=person, up_to=conversation.heard_at)


def test_what_comes_in_is_unread_until_somebody_reads_it_each_for_themselves(cast, conversation) -> None:
    assert unread(cast.alice) == unread(cast.bob) == ["Meter reading"]
    reads(conversation, cast.alice)
    assert (unread(cast.alice), unread(cast.bob)) == ([], ["Meter reading"])


def test_a_new_message_makes_it_unread_again(cast: Cast, conversation: Conversation) -> None:
    reads(conversation, cast.alice)
    dora_writes(cast, text="And?", message_id="2@example.org", In_Reply_To="<1@example.org>")
    assert unread(cast.alice) == ["Meter reading"]


def test_one_that_came_in_while_reading_stays_unread(cast: Cast, conversation: Conversation) -> None:
    seen = conversation.heard_at
    dora_writes(cast, text="And?", message_id="2@example.org", In_Reply_To="<1@example.org>")
    conversation.refresh_from_db()
    actions.mark_read(conversation, person=cast.alice, up_to=seen)
    assert unread(cast.alice) == ["Meter reading"]


def test_what_we_say_is_news_to_nobody_here(cast: Cast, conversation: Conversation) -> None:
    for person in (cast.alice, cast.bob):
        reads(conversation, person)
    actions.answer(conversation, actor=cast.alice, text="Thanks!", key="")
    actions.note(conversation, actor=cast.alice, text="Done", key="")
    assert unread(cast.alice) == unread(cast.bob) == []


def test_an_older_window_takes_nothing_back(cast: Cast, conversation: Conversation) -> None:
    before = conversation.heard_at
    dora_writes(cast, text="And?", message_id="2@example.org", In_Reply_To="<1@example.org>")
    reads(conversation, cast.alice)
    actions.mark_read(conversation, person=cast.alice, up_to=before)
    assert unread(cast.alice) == []


def test_it_can_be_put_back_among_the_unread(cast: Cast, conversation: Conversation) -> None:
    reads(conversation, cast.alice)
    actions.mark_unread(conversation, person=cast.alice)
    assert unread(cast.alice) == ["Meter reading"]
    reads(conversation, cast.alice)
    assert unread(cast.alice) == []
    assert ReadMark.objects.count() == 1


def test_nothing_closed_is_unread(cast: Cast, conversation: Conversation) -> None:
    actions.close(conversation, actor=cast.alice)
    assert unread(cast.alice) == []


def test_an_old_message_that_is_imported_is_no_news_to_whoever_read_a_newer_one(cast, conversation) -> None:
    reads(conversation, cast.alice)
    old = mail(message_id="0@example.org", text="Long ago.", In_Reply_To="<1@example.org>")
    arrives(old, cast.mailbox, is_import=True)
    assert conversation.messages.count() == 2
    assert unread(cast.alice) == []


def test_the_model_knows_the_same_as_the_list(cast: Cast, conversation: Conversation) -> None:
    def model_says() -> bool:
        return Conversation.objects.read_by(cast.alice.pk).get(pk=conversation.pk).is_unread

    assert model_says()
    reads(conversation, cast.alice)
    assert not model_says()
    actions.mark_unread(conversation, person=cast.alice)
    assert model_says()
    actions.close(conversation, actor=cast.bob)
    assert not model_says()


def test_mine_counts_its_unread(cast: Cast, conversation: Conversation) -> None:
    assert queries.counts(cast.alice, 10)["unread"] == 0
    actions.claim(conversation, person=cast.alice)
    assert queries.counts(cast.alice, 10) == {"unread": 1, "mine": 1, "unassigned": 0, "all": 1, "snoozed": 0}
    reads(conversation, cast.alice)
    assert queries.counts(cast.alice, 10)["unread"] == 0
    actions.mark_unread(conversation, person=cast.alice)
    assert queries.counts(cast.alice, 10)["unread"] == 1
