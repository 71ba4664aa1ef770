"""Who else is there, who was called, and what is new for somebody."""

from datetime import timedelta

import pytest

from ninelives.conversations import actions, company
from ninelives.conversations.models import Attendance, Conversation, Mention
from ninelives.foundation.clock import now
from tests.cast import Cast, dora_writes, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast)


def test_being_there_lapses_by_itself(cast: Cast, conversation: Conversation) -> None:
    actions.attend(conversation, person=cast.bob, is_typing=True)
    assert company.who_else(conversation, cast.alice) == [(cast.bob, True)]
    assert company.who_else(conversation, cast.bob) == []
    Attendance.objects.update(typing_until=now() - timedelta(seconds=1))
    assert company.who_else(conversation, cast.alice) == [(cast.bob, False)]
    Attendance.objects.update(until=now() - timedelta(hours=2))
    assert company.who_else(conversation, cast.alice) == []
    assert actions.prune_attendances() == 1


def test_leaving(cast: Cast, conversation: Conversation) -> None:
    actions.attend(conversation, person=cast.bob)
    actions.leave(conversation, person=cast.bob)
    actions.leave(conversation, person=cast.bob)
    assert company.who_else(conversation, cast.alice) == []


def test_a_note_calls_those_it_names_who_may_read_it(cast: Cast, conversation: Conversation) -> None:
    text = "@Bob @Charlie @Alice @Iris, and bob@example.org"
    note = actions.note(conversation, actor=cast.alice, text=text, key="1")
    assert actions.note(conversation, actor=cast.alice, text=text, key="1") == note
    assert {one.person for one in Mention.objects.all()} == {cast.bob, cast.admin}
    assert (company.unseen_mentions(cast.bob), company.unseen_mentions(cast.charlie)) == (1, 0)
    actions.see_mentions(conversation, person=cast.bob)
    assert (company.unseen_mentions(cast.bob), company.unseen_mentions(cast.admin)) == (0, 1)


def test_an_answer_to_the_customer_calls_nobody(cast: Cast, conversation: Conversation) -> None:
    actions.answer(conversation, actor=cast.alice, text="@Bob will call you", key="1")
    assert not Mention.objects.exists()


def test_what_is_new_for_somebody(cast: Cast, conversation: Conversation) -> None:
    began = now() - timedelta(minutes=1)
    assert company.notices(cast.alice, began, 10) == []
    actions.claim(conversation, person=cast.alice)
    actions.note(conversation, actor=cast.bob, text="@Alice, please", key="1")
    assert {one.kind for one in company.notices(cast.alice, began, 10)} == {"mention", "message"}
    assert company.notices(cast.alice, now(), 10) == []
    assert company.notices(cast.bob, began, 10) == []
