"""Answers go out once, can be undone, and come back under the right conversation."""

from email import message_from_bytes
from threading import Thread

import pytest
from django.db import connection

from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import Delivery
from ninelives.conversations import actions
from ninelives.conversations.actions.answering import AUTOMATIC_BUDGET, _addressee
from ninelives.conversations.models import Conversation, Draft, Message, Participant
from ninelives.conversations.searching import newest
from ninelives.customers import actions as customers
from ninelives.foundation.address import Address, Proof
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    return dora_writes(cast, subject="Meter reading", message_id="1@example.org")


def test_an_answer_is_addressed_threaded_and_waits_to_be_undone(cast: Cast, conversation: Conversation) -> None:
    message = actions.answer(conversation, actor=cast.alice, text="Thanks!", key="k")
    outbound = message.delivery.outbound
    assert outbound["to"]["address"] == {"kind": "mail", "value": "dora@example.org"}
    assert outbound["subject"] == "Re: Meter reading"
    assert outbound["in_reply_to"] == "1@example.org"
    assert list(outbound["references"]) == ["1@example.org"]
    assert message.delivery.state == "waiting"
    assert (message.delivery.due_at - message.delivery.created_at).total_seconds() == pytest.approx(5, abs=0.5)


def test_before_anybody_wrote_the_address_they_prefer_is_written_to(cast: Cast, conversation: Conversation) -> None:
    work = customers.add_address(conversation.customer, Address("mail", "dora@work.example"), Proof.USUAL)
    assert _addressee(conversation, None).address.value == "dora@example.org"
    customers.prefer(conversation.customer, work)
    # Unless it was begun with another one.
    assert _addressee(conversation, None).address.value == "dora@example.org"
    Participant.objects.filter(conversation=conversation).delete()
    assert _addressee(conversation, None).address.value == "dora@work.example"


def test_the_customers_newest_subject_is_answered(cast: Cast, conversation: Conversation) -> None:
    dora_writes(cast, subject="Now about gas", message_id="2@example.org", In_Reply_To="<1@example.org>")
    message = actions.answer(conversation, actor=cast.alice, text="Fine.", key="")
    assert message.subject == "Re: Now about gas"
    assert message.delivery.outbound["in_reply_to"] == "2@example.org"


def test_where_a_channel_knows_no_subjects_an_answer_has_none(cast: Cast) -> None:
    arrives(b'{"call": "c", "id": "m", "from": "dora", "text": "Hello?"}', cast.pretend)
    conversation = newest_message().conversation
    assert actions.answer(conversation, actor=cast.alice, text="Yes?", key="").subject == ""


def test_the_same_click_twice_is_one_answer(cast: Cast, conversation: Conversation) -> None:
    first = actions.answer(conversation, actor=cast.alice, text="Thanks!", key="one-click")
    again = actions.answer(conversation, actor=cast.alice, text="Thanks!", key="one-click")
    assert first == again
    assert Delivery.objects.count() == 1


def test_an_undone_answer_was_never_sent_and_its_text_is_back(cast: Cast, conversation: Conversation) -> None:
    message = actions.answer(conversation, actor=cast.alice, text="Oops", key="")
    assert actions.unsend(message, person=cast.alice)
    assert Delivery.objects.get().state == "withdrawn"
    assert Draft.objects.get().text == "Oops"
    conversation.refresh_from_db()
    assert conversation.messages.count() == 1
    assert conversation.waiting_since is not None


def test_what_has_left_cannot_be_undone(cast: Cast, conversation: Conversation) -> None:
    message = actions.answer(conversation, actor=cast.alice, text="Gone", key="")
    Delivery.objects.update(due_at=message.occurred_at)
    deliver_due()
    message.delivery.refresh_from_db()
    assert not actions.unsend(message, person=cast.alice)


def test_without_a_way_out_it_is_kept_and_goes_only_when_asked(cast, conversation, settings) -> None:
    message = actions.answer(conversation, actor=cast.alice, text="Kept", key="")
    Delivery.objects.update(due_at=message.occurred_at)
    deliver_due()
    assert Delivery.objects.get().state == "held"
    settings.CHANNEL_DEFAULTS = {"mail": {"outgoing": "127.0.0.1:1"}}
    deliver_due()
    assert Delivery.objects.get().state == "held"
    actions.send_again(message)
    deliver_due()
    assert Delivery.objects.get().state == "waiting"  # Tried: nobody listens there.
    assert Delivery.objects.get().attempts == 1


def test_empty_answers_are_refused(cast: Cast, conversation: Conversation) -> None:
    with pytest.raises(actions.EmptyMessageError):
        actions.answer(conversation, actor=cast.alice, text=" \n\0 ", key="")


def test_notes_never_leave(cast: Cast, conversation: Conversation) -> None:
    actions.note(conversation, actor=cast.alice, text="Careful with this one", key="")
    assert not Delivery.objects.exists()
    assert newest_message().direction == "note"


def test_of_fifty_races_for_a_claim_each_has_one_winner(cast: Cast) -> None:
    for number in range(50):
        conversation = dora_writes(cast, text=f"Race {number}.", message_id=f"{number}@example.org")
        won: list[str] = []

        def race(person, conversation=conversation, won=won) -> None:
            if actions.claim(Conversation.objects.get(pk=conversation.pk), person=person):
                won.append(person.name)
            connection.close()

        racers = [Thread(target=race, args=(person,)) for person in (cast.alice, cast.bob)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        conversation.refresh_from_db()
        assert won == [conversation.assignee.name]
        assert conversation.assignments.count() == 1


def test_drafts_are_kept_and_an_older_window_is_told(cast: Cast, conversation: Conversation) -> None:
    first = actions.save_draft(conversation, person=cast.alice, text="He", mode="reply", version=0)
    second = actions.save_draft(conversation, person=cast.alice, text="Hello", mode="reply", version=first.version)
    with pytest.raises(actions.DraftConflictError) as conflict:
        actions.save_draft(conversation, person=cast.alice, text="Hi", mode="reply", version=first.version)
    assert conflict.value.draft.text == "Hello"
    actions.save_draft(conversation, person=cast.bob, text="Bob's own", mode="note", version=0)
    assert second.text == "Hello"
    assert Draft.objects.count() == 2


def test_a_first_saving_that_comes_after_its_text_was_sent_is_told_so(cast: Cast, conversation: Conversation) -> None:
    actions.answer(conversation, actor=cast.alice, text="Hello Dora", key="1", use_draft=True)
    with pytest.raises(actions.DraftConflictError) as conflict:
        actions.save_draft(conversation, person=cast.alice, text="Hello Dora", mode="reply", version=0)
    assert conflict.value.draft.text == ""


class TestConfirmations:
    @pytest.fixture
    def cast(self) -> Cast:
        return make_cast(confirms=True)

    def test_a_customer_is_told_once_in_a_conversation(self, cast: Cast) -> None:
        conversation = dora_writes(cast, message_id="1@example.org")
        dora_writes(cast, text="And this.", message_id="2@example.org", In_Reply_To="<1@example.org>")
        confirmation = conversation.messages.get(is_automatic=True)
        assert conversation.reference in confirmation.text
        assert confirmation.delivery.outbound["automatic"] is True
        conversation.refresh_from_db()
        assert conversation.waiting_since is not None  # A machine's thanks is no answer.

    @pytest.mark.parametrize(
        "header",
        [
            {"Auto_Submitted": "auto-generated"},
            {"Precedence": "bulk"},
            {"List_Id": "<news.example.org>"},
            {"X_Autoreply": "yes"},
        ],
    )
    def test_machines_are_never_answered(self, cast: Cast, header: dict[str, str]) -> None:
        conversation = dora_writes(cast, message_id="1@example.org", **header)
        assert not conversation.messages.filter(is_automatic=True).exists()

    def test_a_null_sender_is_never_answered(self, cast: Cast) -> None:
        arrives(mail(message_id="1@example.org"), cast.mailbox, sender="<>")
        assert not Message.objects.filter(is_automatic=True).exists()

    def test_after_an_undo_the_confirmed_message_waits_again(self, cast: Cast) -> None:
        conversation = dora_writes(cast, message_id="1@example.org")
        conversation.refresh_from_db()
        before = (conversation.waiting_since, conversation.preview, conversation.last_at)
        answer = actions.answer(conversation, actor=cast.alice, text="Thanks!", key="")
        assert actions.unsend(answer, person=cast.alice)
        conversation.refresh_from_db()
        assert (conversation.waiting_since, conversation.preview, conversation.last_at) == before

    @pytest.mark.parametrize(
        "headers",
        [
            {"sender": "Service <service@zonnestroom.example>"},
            {"sender": "Windkracht <Hallo+x@windkracht.example>"},
            {"Reply_To": "service@zonnestroom.example"},
        ],
    )
    def test_our_own_mailboxes_are_never_confirmed_to(self, cast: Cast, headers: dict[str, str]) -> None:
        conversation = dora_writes(cast, message_id="1@example.org", **headers)
        assert not conversation.messages.filter(is_automatic=True).exists()
        assert conversation.messages.count() == 1

    def test_one_address_gets_so_many_and_no_more(self, cast: Cast) -> None:
        for number in range(AUTOMATIC_BUDGET + 3):
            dora_writes(cast, text=f"Thing {number}.", message_id=f"{number}@example.org")
        assert Message.objects.filter(is_automatic=True).count() == AUTOMATIC_BUDGET

    def test_import_confirms_nothing(self, cast: Cast) -> None:
        arrives(mail(message_id="1@example.org"), cast.mailbox, is_import=True)
        assert not Delivery.objects.exists()


def test_our_own_mail_come_back_is_a_duplicate(cast: Cast, conversation: Conversation) -> None:
    message = actions.answer(conversation, actor=cast.alice, text="Thanks!", key="")
    from ninelives.channels import documents
    from ninelives.channels.tests.mail_tools import inside
    from ninelives.foundation import clock, files

    raw = inside("writing").write(
        documents.read(message.delivery.outbound), cast.mailbox.view(), files.content, clock.now()
    )
    assert message_from_bytes(raw)["Message-ID"] == f"<{message.external_id}>"
    arrives(raw, cast.mailbox, sender="service@zonnestroom.example")
    assert Message.objects.count() == 2


def test_search_finds_words_names_addresses_and_numbers(cast: Cast, conversation: Conversation) -> None:
    other = dora_writes(cast, sender="Erik Jansen <erik@example.org>", text="Zonnepanelen!", message_id="7@example.org")
    for q, found in {
        "12345": {conversation},
        "met": {conversation, other},
        "zonnepan": {other},
        "Dora": {conversation},
        "erik@example.org": {other},
        conversation.reference: {conversation},
        "xyzzy": set(),
        "' | ! & \\ :*": set(),
    }.items():
        assert set(newest(cast.alice, q, most=9).ids) == {one.pk for one in found}, q
    assert not newest(cast.charlie, "Dora", most=9).ids
