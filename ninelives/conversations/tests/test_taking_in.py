"""A mail joins its conversation, or opens one."""

import pytest

from ninelives.channels.models import Receipt
from ninelives.conversations import actions, tokens
from ninelives.conversations.models import Conversation, Message
from ninelives.customers.models import Customer
from tests.cast import Cast, arrives, dora_writes, mail, make_cast, newest_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_first_mail_opens_a_conversation_of_its_sender(cast: Cast) -> None:
    conversation = dora_writes(cast, subject="Meter reading", message_id="1@example.org")
    assert conversation.customer.name == "Dora de Vries"
    assert [str(address) for address in conversation.customer.addresses.all()] == ["dora@example.org"]
    assert (conversation.subject, conversation.is_open, conversation.assignee) == ("Meter reading", True, None)
    assert conversation.waiting_since is not None


def test_an_answer_joins_by_what_it_refers_to(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    second = dora_writes(cast, text="And the gas: 88.", message_id="2@example.org", In_Reply_To="<1@example.org>")
    assert second == first
    assert first.messages.count() == 2


def test_an_answer_joins_by_our_signed_address_alone(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    token = tokens.make(first.number)
    answer = mail(text="More.", to=f"service+{token}@zonnestroom.example", message_id="9@example.org")
    arrives(answer, cast.mailbox)
    assert newest_message().conversation == first


def test_a_forged_signature_joins_nothing(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    dora_writes(cast, to=f"service+{first.number}-000000000000@zonnestroom.example", message_id="2@example.org")
    assert Conversation.objects.count() == 2


def test_the_subject_never_joins(cast: Cast) -> None:
    dora_writes(cast, subject="Re: Meter reading", message_id="1@example.org")
    dora_writes(cast, subject="Re: Meter reading", text="Another thing.", message_id="2@example.org")
    assert Conversation.objects.count() == 2


def test_empty_ids_never_join(cast: Cast) -> None:
    for text in ("One.", "Two.", "Three."):
        arrives(mail(text=text, In_Reply_To="<>", References=" "), cast.mailbox)
    assert Conversation.objects.count() == 3


def test_a_stranger_who_refers_to_it_gets_a_conversation_and_a_hint(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    stranger = mail(sender="Mallory <m@elsewhere.example>", message_id="5@x.example", In_Reply_To="<1@example.org>")
    arrives(stranger, cast.mailbox)
    new = newest_message().conversation
    assert new != first
    assert new.related == first
    assert new.customer != first.customer


def test_somebody_in_copy_takes_part(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org", Cc="Erik <erik@example.org>")
    arrives(
        mail(sender="Erik <erik@example.org>", message_id="2@example.org", In_Reply_To="<1@example.org>"), cast.mailbox
    )
    message = newest_message()
    assert message.conversation == first
    assert message.sender_name == "Erik"


def test_the_same_mail_twice_is_one_message_and_two_receipts(cast: Cast) -> None:
    raw = mail(message_id="1@example.org")
    arrives(raw, cast.mailbox)
    arrives(b"Received: by another.example\r\n" + raw, cast.mailbox)
    assert Message.objects.count() == 1
    first, second = Receipt.objects.order_by("id")
    assert (second.state, second.duplicate_of) == ("duplicate", first)


def test_equal_message_ids_with_other_content_are_two_messages(cast: Cast) -> None:
    for text in ("One.", "Two."):
        arrives(mail(text=text, message_id="same@example.org"), cast.mailbox)
    assert Message.objects.count() == 2


def test_a_customer_who_writes_again_reopens(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    actions.close(first, actor=cast.alice)
    dora_writes(cast, text="Not yet.", message_id="2@example.org", In_Reply_To="<1@example.org>")
    first.refresh_from_db()
    assert first.is_open
    closure = first.closures.get()
    assert closure.by_person == cast.alice
    assert closure.reopened_at is not None
    assert closure.reopened_by is None


def test_an_absence_notice_is_kept_and_reopens_nothing(cast: Cast) -> None:
    first = dora_writes(cast, message_id="1@example.org")
    actions.close(first, actor=cast.alice)
    away = mail(
        text="I am away.", message_id="2@example.org", In_Reply_To="<1@example.org>", Auto_Submitted="auto-replied"
    )
    arrives(away, cast.mailbox)
    first.refresh_from_db()
    assert not first.is_open
    assert first.messages.count() == 2


def test_brands_that_share_nothing_know_two_customers(cast: Cast) -> None:
    arrives(mail(message_id="1@example.org"), cast.mailbox)
    arrives(mail(to="hallo@windkracht.example", message_id="2@example.org"), cast.other_mailbox)
    assert Customer.objects.count() == 2


def test_what_cannot_be_read_is_put_aside_and_the_next_goes_on(cast: Cast) -> None:
    arrives(b"", cast.mailbox, sender="")
    arrives(mail(message_id="1@example.org"), cast.mailbox)
    put_aside = Receipt.objects.get(state="quarantined")
    assert put_aside.reason
    assert Message.objects.count() == 1


def test_a_receipt_that_makes_us_fail_is_put_aside_and_can_be_replayed(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from ninelives.channels import actions as channels
    from ninelives.reception import pipeline
    from ninelives.reception.working import take_receipts

    def fails(*_: object) -> None:
        raise ZeroDivisionError("poison")

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "take_in", fails)
        arrives(mail(message_id="1@example.org"), cast.mailbox)
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.reason) == ("quarantined", "unexpected")
    assert "poison" in receipt.detail
    assert channels.replay(receipt)
    take_receipts()
    receipt.refresh_from_db()
    assert receipt.state == "processed"
    assert Message.objects.count() == 1


def test_replay_of_what_was_taken_in_doubles_nothing(cast: Cast) -> None:
    from ninelives.channels import actions as channels
    from ninelives.reception.working import take_receipts

    dora_writes(cast, message_id="1@example.org")
    receipt = Receipt.objects.get()
    channels.replay(receipt)
    take_receipts()
    receipt.refresh_from_db()
    assert receipt.state == "processed"
    assert Message.objects.count() == 1


def test_import_keeps_dates_and_direction(cast: Cast) -> None:
    arrives(mail(message_id="1@example.org"), cast.mailbox, is_import=True)
    ours = mail(
        text="Thank you.",
        sender="Zonnestroom <service@zonnestroom.example>",
        to="Dora de Vries <dora@example.org>",
        message_id="2@zonnestroom.example",
        In_Reply_To="<1@example.org>",
    )
    arrives(ours, cast.mailbox, is_import=True)
    conversation = Conversation.objects.get()
    asked, answered = conversation.messages.order_by("received_at")
    assert (asked.direction, answered.direction) == ("inbound", "outbound")
    assert asked.occurred_at.date().isoformat() == "2026-11-20"
    assert answered.delivery is None
