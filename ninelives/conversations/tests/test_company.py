"""Who else is there, who was called, and what is new for somebody."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db.models import QuerySet

from ninelives.conversations import actions, company
from ninelives.conversations.models import Attendance, Conversation, Mention, Typing
from ninelives.foundation.clock import now
from tests.cast import Cast, dora_writes, make_cast
from tests.meanwhile import before_statement

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


@pytest.mark.parametrize(("came", "went"), list(combinations(range(5), 2)))
def test_who_types_or_looks_and_stops_at_the_same_moment_is_refused_nothing(
    cast: Cast, conversation: Conversation, came: int, went: int
) -> None:
    """On another line, as two calls of one browser come: they begin before one statement and stop before another."""
    until = now() + timedelta(seconds=9)

    def meanwhile(rows: QuerySet[Any], row: Callable[[], Any]) -> AbstractContextManager[Any]:
        both = ExitStack()
        both.enter_context(before_statement(came, lambda: rows.exists() or row().save(force_insert=True)))
        both.enter_context(before_statement(went, rows.delete))
        return both

    with meanwhile(Typing.objects.all(), lambda: Typing(conversation=conversation, until=until)):
        actions.note_typing(conversation, is_typing=True)
    there = Attendance.objects.filter(person=cast.bob)
    with meanwhile(there, lambda: Attendance(conversation=conversation, person=cast.bob, until=until)):
        actions.attend(conversation, person=cast.bob, is_typing=True)


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
