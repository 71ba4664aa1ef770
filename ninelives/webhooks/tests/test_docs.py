"""Every event stands in the reference with its fields, as it is really told."""

import re
from datetime import timedelta

import pytest

from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import Delivery
from ninelives.config.environment import PROJECT
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import merge, recognise, unmerge
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.promises import actions as promises
from ninelives.promises.tests.conftest import passes
from ninelives.webhooks import actions
from ninelives.webhooks.actions.calling import AT_ONCE, KEPT_OF_AN_ANSWER, PAUSES
from ninelives.webhooks.catalogue import EVENTS, TEST
from ninelives.webhooks.shapes import MOST_TEXT
from ninelives.webhooks.tests.conftest import changed_by_her, promise, work
from tests.cast import Cast, dora_writes
from tests.receivers import Receiver

PAGE = (PROJECT / "docs" / "reference" / "webhooks.md").read_text()


def documented() -> dict[str, list[str]]:
    parts = re.split(r"^## `(.+)`$", PAGE, flags=re.MULTILINE)
    return {
        event: re.findall(r"^- `(\w+)`", text, re.MULTILINE)
        for event, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_every_event_has_its_heading() -> None:
    assert list(documented()) == [*EVENTS, TEST]


@pytest.mark.django_db(transaction=True)
def test_each_is_told_with_the_fields_that_are_promised(cast: Cast, receiver: Receiver) -> None:
    webhook, _ = promise(receiver, cast, "*", "note.written")
    conversation = dora_writes(cast)
    changed_by_her(cast)
    conversations.claim(conversation, person=cast.alice)
    conversations.note(conversation, actor=cast.alice, text="A note", key="1")
    conversations.answer(conversation, actor=cast.alice, text="An answer", key="2")
    Delivery.objects.update(due_at=now(), account=cast.pretend)
    deliver_due()
    conversations.snooze(conversation, actor=cast.alice, until=now() + timedelta(days=1))
    conversations.wake(conversation, actor=cast.alice)
    tag = conversations.tag_named("Refund", actor=cast.lead)
    conversations.tag(conversation, tag, actor=cast.alice)
    conversations.untag(conversation, tag.pk, actor=cast.alice)
    conversations.close(conversation, actor=cast.alice)
    conversations.reopen(conversation, actor=cast.alice)
    tie_and_undo(conversation, dora_writes(cast, message_id="another@example.org"), cast)
    case_and_back(conversation, cast)
    promise_and_back(conversation, cast)
    base = cast.brand.base_id
    other = recognise(Address("mail", "d@example.net"), base_id=base, proof=Proof.USUAL, at=now())
    unmerge(merge(conversation.customer, other, actor=cast.alice), actor=cast.alice)
    actions.test(webhook)
    work()
    told = {heard.told["type"]: list(heard.told["data"]) for heard in receiver.heard}
    assert told == documented()


def test_the_figures_are_those_of_the_code() -> None:
    assert f"first {KEPT_OF_AN_ANSWER:,} characters" in PAGE
    assert f"above {MOST_TEXT:,} characters" in PAGE
    assert (len(PAUSES), AT_ONCE) == (9, 4)
    assert "tried ten times" in PAGE


def tie_and_undo(conversation: Conversation, other: Conversation, cast: Cast) -> None:
    conversations.unmerge(conversations.merge(conversation, other, actor=cast.alice), actor=cast.alice)
    message = conversation.messages.earliest("occurred_at")
    conversations.unsplit(conversations.split(conversation, message, actor=cast.alice), actor=cast.alice)


def case_and_back(conversation: Conversation, cast: Cast) -> None:
    case = conversations.open_case(conversation, actor=cast.alice).case
    conversations.close_case(case, actor=cast.alice)
    conversations.reopen_case(case, actor=cast.alice)
    conversations.leave_case(conversation, actor=cast.alice)


def promise_and_back(conversation: Conversation, cast: Cast) -> None:
    made = promises.make_in(promises.Wanted("answer", now() + timedelta(hours=2)), conversation, actor=cast.alice)
    passes(made, timedelta(minutes=100))
    promises.mark_due()
    passes(made, timedelta(hours=1))
    promises.mark_due()
    made.refresh_from_db()
    promises.move(made, actor=cast.alice, due_from=None, due_by=now() + timedelta(hours=1))
    promises.withdraw(made, actor=cast.alice, because="customer", reason="Solved")
    promises.reopen(made, actor=cast.alice)
    promises.keep(made, actor=cast.alice)
