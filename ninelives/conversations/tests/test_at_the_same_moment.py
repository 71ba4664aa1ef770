"""What one person's windows do at the same moment never holds what the other wants."""

import contextlib
from collections.abc import Callable, Iterator
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection

from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Draft
from tests.cast import Cast, dora_writes, make_cast
from tests.servers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="Meter reading")


@contextlib.contextmanager
def at(statement: str, *, before: Callable[[], Any] = bool, after: Callable[[], Any] = bool) -> Iterator[None]:
    """Once, in this thread."""
    met = Event()

    def wrapper(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if met.is_set() or not sql.startswith(statement):
            return execute(sql, params, many, context)
        met.set()
        before()
        told = execute(sql, params, many, context)
        after()
        return told

    with connection.execute_wrapper(wrapper):
        yield


def together(*deeds: Callable[[], object]) -> list[Exception]:
    """What went wrong when each was done in a thread of its own."""
    faults: list[Exception] = []

    def do(deed: Callable[[], object]) -> None:
        try:
            deed()
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
        connection.close()

    threads = [Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.parametrize("write", [actions.answer, actions.note])
def test_the_first_saving_of_a_draft_meets_its_sending(
    cast: Cast, conversation: Conversation, write: Callable[..., object]
) -> None:
    both = Barrier(2, timeout=20)

    def saves() -> None:
        with at('INSERT INTO "conversations_draft"', after=both.wait):
            actions.save_draft(conversation, person=cast.alice, text="Thanks!", mode="reply", version=0)

    def sends() -> None:
        with at('INSERT INTO "conversations_draft"', before=both.wait):
            write(conversation, actor=cast.alice, text="Thanks!", key="k", use_draft=True)

    faults = together(saves, sends)
    # Whichever was later: what was sent is not kept as well, or the window hears that it is old.
    assert [type(fault) for fault in faults] in ([], [actions.DraftConflictError])
    assert Draft.objects.get().version >= 1


def test_an_answer_that_is_undone_meets_the_next(cast: Cast, conversation: Conversation) -> None:
    first = actions.answer(conversation, actor=cast.alice, text="First", key="1", use_draft=True)
    has_text_back = Event()

    def undoes() -> None:
        def until_the_other_waits() -> None:
            has_text_back.set()
            wait_for(somebody_waits, "the other's wait for a lock", 20)

        with at('UPDATE "conversations_draft"', after=until_the_other_waits):
            assert actions.unsend(first, person=cast.alice)

    def sends() -> None:
        assert has_text_back.wait(20)
        actions.answer(conversation, actor=cast.alice, text="Second", key="2", use_draft=True)

    assert together(undoes, sends) == []
    assert [message.text for message in conversation.messages.filter(direction="outbound")] == ["Second"]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
