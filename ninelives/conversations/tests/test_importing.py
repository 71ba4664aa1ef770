"""What another system knew is kept with its dates, and quietly."""

from datetime import UTC, datetime

import pytest

from ninelives.conversations import actions
from ninelives.conversations.models import Assignment, Closure, Conversation, Message
from ninelives.foundation.models import Fact
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)
THEN = datetime(2025, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def imported(cast: Cast) -> Conversation:
    arrives(mail(message_id="1@old.example"), cast.mailbox, is_import=True)
    return newest_message().conversation


def test_an_imported_conversation_is_closed_without_a_fact(imported: Conversation) -> None:
    facts = Fact.objects.count()
    assert actions.close_imported([imported.pk]) == 1
    imported.refresh_from_db()
    assert not imported.is_open
    assert Closure.objects.get().at == imported.last_at
    assert Fact.objects.count() == facts


def test_closing_twice_closes_once(imported: Conversation) -> None:
    actions.close_imported([imported.pk])
    assert actions.close_imported([imported.pk]) == 0
    assert Closure.objects.count() == 1


def test_a_live_conversation_is_left_open(cast: Cast) -> None:
    assert actions.close_imported([dora_writes(cast).pk]) == 0


def test_a_conversation_that_somebody_has_had_or_reopened_is_left_open(cast: Cast, imported: Conversation) -> None:
    actions.claim(imported, person=cast.alice)
    actions.release(imported, actor=cast.alice)
    assert actions.close_imported([imported.pk]) == 0
    Assignment.objects.all().delete()
    actions.close(imported, actor=cast.alice)
    actions.reopen(imported, actor=cast.alice)
    assert actions.close_imported([imported.pk]) == 0


def test_the_closure_of_a_person_does_not_move(cast: Cast, imported: Conversation) -> None:
    actions.close_earlier(imported, person=cast.alice, at=THEN)
    actions.close_imported([imported.pk])
    assert Closure.objects.get().at == THEN


def test_earlier_deeds_keep_their_dates_and_tell_nobody(cast: Cast, imported: Conversation) -> None:
    facts = Fact.objects.count()
    note = actions.note_earlier(imported, person=cast.alice, text="Paid by phone.", at=THEN)
    assert actions.assign_earlier(imported, person=cast.alice, at=THEN)
    assert actions.close_earlier(imported, person=cast.bob, at=THEN)
    assert (note.direction, note.occurred_at, note.by_name) == (Message.Direction.NOTE, THEN, "Alice")
    assert Assignment.objects.get().at == Closure.objects.get().at == THEN
    assert Fact.objects.count() == facts


def test_what_is_somebodys_or_closed_stays_so(cast: Cast, imported: Conversation) -> None:
    actions.claim(imported, person=cast.bob)
    actions.close(imported, actor=cast.bob)
    assert not actions.assign_earlier(imported, person=cast.alice, at=THEN)
    assert not actions.close_earlier(imported, person=cast.alice, at=THEN)
