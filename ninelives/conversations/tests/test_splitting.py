"""Messages that are about something else get a conversation of their own, and go back when that is undone."""

from threading import Thread

import pytest
from django.db import connection

from ninelives.conversations import actions, queries, tokens
from ninelives.conversations.actions import NothingLeftError, NotInItError, merge, split, unmerge, unsplit
from ninelives.conversations.models import Conversation, ConversationMerge, ConversationSplit, Message
from ninelives.foundation.clock import now
from ninelives.foundation.models import Fact
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast(confirms=True)


@pytest.fixture
def bill(cast: Cast) -> Conversation:
    """Three mails: about the bill, about the meter, and about the meter again."""
    conversation = dora_writes(cast, subject="My bill", text="Bill", message_id="1@example.org")
    for number, text in ((2, "Meter"), (3, "Meter again")):
        arrives(mail(text=text, message_id=f"{number}@example.org", in_reply_to="<1@example.org>"), cast.mailbox)
    return conversation


def said(external_id: str) -> Message:
    return Message.objects.get(external_id=external_id)


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_related("root", "assignee").get(pk=conversation.pk)


def texts(conversation: Conversation) -> list[str]:
    told = Message.objects.of(fresh(conversation)).exclude(is_automatic=True)
    return [text.strip() for text in told.order_by("occurred_at", "pk").values_list("text", flat=True)]


def answers(cast: Cast, external_id: str, text: str, to: str = "") -> Conversation:
    head = f"In-Reply-To: <{external_id}>\n".encode()
    raw = head + mail(text=text, message_id=f"{text}@example.org", to=to or cast.mailbox.address)
    arrives(raw, cast.mailbox)
    return newest_message().conversation


def test_this_message_alone(cast: Cast, bill: Conversation) -> None:
    made = split(bill, said("2@example.org"), actor=cast.alice, subject="My meter").made
    assert (texts(bill), texts(made)) == (["Bill", "Meter again"], ["Meter"])
    assert (made.subject, made.customer, made.account, made.status) == ("My meter", bill.customer, bill.account, "open")
    assert made.number > bill.number
    assert (fresh(made).preview, fresh(made).last_at) == ("Meter", said("2@example.org").occurred_at)
    assert fresh(bill).preview == "Meter again"


def test_with_all_that_came_after_it(cast: Cast, bill: Conversation) -> None:
    actions.claim(bill, person=cast.bob)
    actions.note(bill, actor=cast.bob, text="Is it broken?", key="n")
    made = split(bill, said("2@example.org"), actor=cast.alice, and_after=True).made
    assert (texts(bill), texts(made)) == (["Bill"], ["Meter", "Meter again", "Is it broken?"])
    assert (made.subject, fresh(made).assignee) == ("My bill", cast.bob)
    assert (fresh(bill).preview, fresh(bill).heard_at) == ("Bill", said("1@example.org").received_at)


def test_an_answer_to_what_was_split_off_goes_there(cast: Cast, bill: Conversation) -> None:
    made = split(bill, said("2@example.org"), actor=cast.alice, and_after=True).made
    assert answers(cast, "3@example.org", "About the meter") == made
    assert answers(cast, "1@example.org", "About the bill") == bill
    # Its To is the address of the conversation before the split: what it answers is nearer.
    token = cast.mailbox.address.replace("@", f"+{tokens.make(bill.number)}@")
    assert answers(cast, "3@example.org", "Meter by address", to=token) == made
    assert answers(cast, "1@example.org", "Bill by address", to=token) == bill
    assert answers(cast, "unknown@example.org", "Neither", to=token) == bill


def test_what_was_split_off_is_not_confirmed_again(cast: Cast, bill: Conversation) -> None:
    made = split(bill, said("3@example.org"), actor=cast.alice).made
    answers(cast, "3@example.org", "Hello?")
    assert texts(made) == ["Meter again", "Hello?"]
    assert Message.objects.filter(is_automatic=True).count() == 1


def test_undone_each_message_is_back_and_what_was_said_since_is_read_with_it(cast: Cast, bill: Conversation) -> None:
    made = split(bill, said("2@example.org"), actor=cast.alice, and_after=True)
    answers(cast, "3@example.org", "Since")
    actions.answer(fresh(made.made), actor=cast.alice, text="An answer", key="")
    assert unsplit(made, actor=cast.bob)
    assert texts(bill) == ["Bill", "Meter", "Meter again", "Since", "An answer"]
    assert said("2@example.org").conversation == bill
    assert (fresh(made.made).status, fresh(made.made).record) == ("merged", bill)
    assert queries.conversation(cast.alice, made.made_id) == bill
    # And can be taken out again: what was said there was said there.
    unmerge(ConversationMerge.objects.get(), actor=cast.alice)
    assert (texts(bill), texts(made.made)) == (["Bill", "Meter", "Meter again"], ["Since", "An answer"])
    assert not unsplit(made, actor=cast.bob)
    assert Fact.objects.filter(name="ConversationSplitUndone").count() == 1


def test_a_split_of_a_split_in_either_order_of_undoing(cast: Cast, bill: Conversation) -> None:
    for order in ((0, 1), (1, 0)):
        one = split(bill, said("2@example.org"), actor=cast.alice, and_after=True)
        other = split(one.made, said("3@example.org"), actor=cast.alice)
        assert (texts(bill), texts(one.made), texts(other.made)) == (["Bill"], ["Meter"], ["Meter again"])
        made = (one, other)
        for n in order:
            unsplit(made[n], actor=cast.alice)
            made[n].refresh_from_db()
        assert said("2@example.org").conversation == said("3@example.org").conversation == bill
        assert texts(bill) == ["Bill", "Meter", "Meter again"]


def test_out_of_what_was_merged_each_goes_back_to_its_own(cast: Cast, bill: Conversation) -> None:
    other = dora_writes(cast, subject="Another", text="Another", message_id="9@example.org")
    merged = merge(bill, other, actor=cast.alice)
    made = split(fresh(bill), said("3@example.org"), actor=cast.alice, and_after=True)
    assert texts(made.made) == ["Meter again", "Another"]
    unmerge(merged, actor=cast.alice)
    assert (texts(bill), texts(other)) == (["Bill", "Meter"], [])
    unsplit(made, actor=cast.alice)
    assert (texts(bill), texts(other)) == (["Bill", "Meter", "Meter again"], ["Another"])


def test_what_cannot_be_split(cast: Cast, bill: Conversation) -> None:
    other = dora_writes(cast, subject="Another", text="Another", message_id="9@example.org")
    with pytest.raises(NotInItError):
        split(bill, said("9@example.org"), actor=cast.alice)
    confirmation = Message.objects.get(conversation=bill, is_automatic=True)
    with pytest.raises(NothingLeftError):
        split(bill, said("1@example.org"), actor=cast.alice, and_after=True)
    split(bill, confirmation, actor=cast.alice)
    assert Conversation.objects.count() == 3
    assert texts(other) == ["Another"]
    assert ConversationSplit.objects.visible_to(cast.bob).count() == 1
    assert not ConversationSplit.objects.visible_to(cast.charlie).exists()


def test_whoever_has_read_it_has_read_what_was_split_off(cast: Cast, bill: Conversation) -> None:
    actions.mark_read(fresh(bill), person=cast.alice, up_to=now())
    made = split(bill, said("2@example.org"), actor=cast.lead).made
    for person, unread in ((cast.alice, False), (cast.bob, True)):
        found = queries.conversation(person, made.pk)
        assert found is not None
        assert found.is_unread is unread


def test_a_key_given_twice_is_one_answer_wherever_it_is_now(cast: Cast, bill: Conversation) -> None:
    answer = actions.answer(bill, actor=cast.alice, text="An answer", key="k")
    split(bill, answer, actor=cast.bob)
    assert actions.answer(fresh(bill), actor=cast.alice, text="An answer", key="k") == answer


def test_two_split_off_the_same_at_once_and_one_does(cast: Cast, bill: Conversation) -> None:
    told: list[str] = []

    def race() -> None:
        try:
            split(bill, said("3@example.org"), actor=cast.alice)
            told.append("split")
        except NotInItError:
            told.append("gone")
        finally:
            connection.close()

    racers = [Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == ["gone", "gone", "gone", "split"]
