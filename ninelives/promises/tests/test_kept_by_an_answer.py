"""An answer keeps what was promised in its conversation; undone or undelivered, it kept nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ninelives.channels.models import Delivery
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation, Message
from ninelives.promises import actions
from ninelives.promises.models import Keeping, Promise
from ninelives.promises.tests.conftest import passes
from tests.cast import Cast, dora_writes

Make = Callable[..., Promise]


def says(conversation: Conversation, cast: Cast, text: str = "Here it is.") -> Message:
    """Alice answers, and what reacts to it runs."""
    conversation = Conversation.objects.get(pk=conversation.pk)
    said = conversations.answer(conversation, actor=cast.alice, text=text, key=text)
    actions.keep_by_answer(said.pk)
    return said


def undoes(said: Message, cast: Cast) -> None:
    pk = said.pk
    assert conversations.unsend(said, person=cast.alice)
    actions.undo_by_message(pk)


def state(promise: Promise) -> str:
    return Promise.objects.get(pk=promise.pk).state


def test_an_answer_keeps_it(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made, other = promises(), promises(kind="other", what="Send the contract")
    said = says(conversation, cast)
    assert (state(made), state(other)) == ("kept", "open")
    keeping = Keeping.objects.get()
    assert (keeping.message, keeping.by_person, keeping.at) == (said.pk, cast.alice, said.received_at)


def test_a_note_keeps_nothing(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises()
    actions.keep_by_answer(conversations.note(conversation, actor=cast.alice, text="Asked Bob", key="1").pk)
    assert state(made) == "open"


def test_undoing_the_send_opens_it_again(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises()
    undoes(says(conversation, cast), cast)
    assert state(made) == "open"
    says(conversation, cast, "Once more")
    assert state(made) == "kept"


def test_the_answer_that_tells_of_it_keeps_nothing(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises(will_tell=True)
    telling = says(conversation, cast, "You will hear before noon.")
    actions.keep_by_answer(telling.pk)
    assert (state(made), Promise.objects.get().told_in) == ("open", telling.pk)
    says(conversation, cast, "It is 42.")
    assert state(made) == "kept"


def test_a_telling_that_is_undone_is_still_to_come(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises(will_tell=True)
    undoes(says(conversation, cast, "You will hear before noon."), cast)
    assert not Promise.objects.get().is_told
    says(conversation, cast, "You will hear before one.")
    assert (state(made), Promise.objects.get().is_told) == ("open", True)


def test_whoever_else_answers_keeps_it(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises(will_tell=True)
    said = conversations.answer(conversation, actor=cast.bob, text="It is 42.", key="1")
    actions.keep_by_answer(said.pk)
    assert state(made) == "kept"


def test_half_an_hour_later_an_answer_is_an_answer(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = passes(promises(will_tell=True), timedelta(minutes=31))
    says(conversation, cast)
    assert state(made) == "kept"


def test_what_was_said_before_keeps_nothing(cast: Cast, conversation: Conversation, promises: Make) -> None:
    said = conversations.answer(conversation, actor=cast.alice, text="One moment", key="1")
    made = promises()
    actions.keep_by_answer(said.pk)
    assert state(made) == "open"


def test_what_did_not_arrive_kept_nothing_until_it_is_sent_again(
    cast: Cast, conversation: Conversation, promises: Make
) -> None:
    made = promises()
    said = says(conversation, cast)
    assert said.delivery
    Delivery.objects.filter(pk=said.delivery.pk).update(state="failed")
    actions.settle_by_delivery(said.delivery.pk, "failed")
    actions.keep_by_answer(said.pk)
    assert state(made) == "open"
    Delivery.objects.filter(pk=said.delivery.pk).update(state="sent")
    actions.settle_by_delivery(said.delivery.pk, "sent")
    assert state(made) == "kept"


def test_what_somebody_opened_again_stays_open(cast: Cast, conversation: Conversation, promises: Make) -> None:
    made = promises()
    said = says(conversation, cast)
    actions.reopen(Promise.objects.named().get(), actor=cast.bob)
    actions.keep_by_answer(said.pk)
    assert state(made) == "open"


@pytest.mark.parametrize("promised_in", ["kept", "merged"])
def test_an_answer_in_what_they_were_merged_into(cast: Cast, conversation: Conversation, promised_in: str) -> None:
    other = dora_writes(cast, subject="The same", message_id="2@example.org")
    where = conversation if promised_in == "kept" else other
    wanted = actions.Wanted(kind="answer", due_by=conversation.created_at + timedelta(days=999))
    made = actions.make_in(wanted, where, actor=cast.alice)
    conversations.merge(conversation, other, actor=cast.alice)
    says(conversation, cast)
    assert state(made) == "kept"
