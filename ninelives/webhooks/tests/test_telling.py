"""What happened is told to those who asked for it: once, in order, and nothing that is not theirs to know."""

from datetime import datetime

import pytest
from django.db import transaction

from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import Delivery
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation, Message
from ninelives.customers.actions import merge, recognise, unmerge
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.foundation.models import Bookmark, Fact
from ninelives.webhooks import actions, telling
from ninelives.webhooks.catalogue import EVENTS
from ninelives.webhooks.models import Call, Webhook
from ninelives.webhooks.tests.conftest import changed_by_her, promise, take_facts, work
from tests.cast import Cast, arrives, dora_writes, mail
from tests.receivers import Receiver

# Facts are read when their transactions have ended.
pytestmark = pytest.mark.django_db(transaction=True)


def told(receiver: Receiver, event: str) -> dict:
    (one,) = [heard.told for heard in receiver.heard if heard.told["type"] == event]
    return one["data"]


def test_a_customers_first_mail_opens_a_conversation(cast: Cast, receiver: Receiver, secret: str) -> None:
    conversation = dora_writes(cast, subject="Meter reading", text="My meter says 12345.")
    work()
    assert receiver.types == ["conversation.opened", "message.received"]
    opened, received = receiver.heard
    whole = received.verified(secret)
    assert set(whole) == {"type", "timestamp", "data"}
    assert datetime.fromisoformat(whole["timestamp"]) <= now()
    said = whole["data"]["message"]
    assert (said["direction"], said["text"].strip(), said["text_is_cut"]) == ("inbound", "My meter says 12345.", False)
    assert said["delivery"] is None
    shown = whole["data"]["conversation"]
    assert shown["id"] == str(conversation.pk)
    assert shown["customer"] == {"id": str(conversation.customer_id), "name": "Dora de Vries"}
    assert shown["brand"]["name"] == "Zonnestroom"
    assert opened.verified(secret)["data"] == {"conversation": shown}
    assert opened.id != received.id


def test_what_is_done_with_it_is_told(cast: Cast, receiver: Receiver, secret: str) -> None:
    conversation = dora_writes(cast)
    conversations.claim(conversation, person=cast.alice)
    conversations.release(conversation, actor=cast.alice)
    conversations.close(conversation, actor=cast.bob)
    conversations.reopen(conversation, actor=cast.alice)
    work()
    assert receiver.types[2:] == [
        "conversation.assigned",
        "conversation.assigned",
        "conversation.closed",
        "conversation.reopened",
    ]
    by = {"id": str(cast.bob.pk), "name": "Bob"}
    assert told(receiver, "conversation.closed")["by"] == by
    assert told(receiver, "conversation.closed")["conversation"]["id"] == str(conversation.pk)


def test_what_a_customer_does_to_a_message_is_told_with_the_message_as_it_is_now(
    cast: Cast, receiver: Receiver, secret: str
) -> None:
    changed_by_her(cast)
    work()
    edited, reacted = told(receiver, "message.edited"), told(receiver, "message.reacted")
    assert receiver.types[2:] == ["message.edited", "message.reacted", "message.deleted"]
    assert (edited["message"]["text"], edited["message"]["edited_at"]) == ("Bye", edited["at"])
    assert (reacted["sign"], reacted["message"]["reactions"][0]["sign"]) == ("👍", "👍")
    deleted = told(receiver, "message.deleted")
    assert deleted["at"] == deleted["message"]["deleted_at"] is not None


def test_a_customer_reopens_by_writing(cast: Cast, receiver: Receiver, secret: str) -> None:
    conversation = dora_writes(cast, message_id="1@example.org")
    conversations.close(conversation, actor=cast.bob)
    dora_writes(cast, message_id="2@example.org", In_Reply_To="<1@example.org>")
    work()
    assert told(receiver, "conversation.reopened")["by"] is None


def test_an_answer_is_told_when_it_has_left(cast: Cast, receiver: Receiver, secret: str) -> None:
    conversation = dora_writes(cast)
    answered = conversations.answer(conversation, actor=cast.alice, text="Thank you.", key="1")
    work()
    assert "message.sent" not in receiver.types
    Delivery.objects.update(due_at=now(), account=cast.pretend)
    deliver_due()
    work()
    assert receiver.types[2:] == ["message.sent", "delivery.settled"]
    data = told(receiver, "message.sent")
    assert (data["message"]["id"], data["message"]["text"]) == (str(answered.pk), "Thank you.")
    assert data["message"]["author"] == "Alice"
    assert data["message"]["delivery"]["state"] == "sent"
    assert told(receiver, "delivery.settled")["state"] == "sent"


def test_an_answer_that_was_undone_is_not_told(cast: Cast, receiver: Receiver, secret: str) -> None:
    answered = conversations.answer(dora_writes(cast), actor=cast.alice, text="Oops.", key="1")
    assert conversations.unsend(answered, person=cast.alice)
    deliver_due()
    work()
    assert receiver.types == ["conversation.opened", "message.received"]


def test_what_could_not_leave_is_told_as_such(cast: Cast, receiver: Receiver, secret: str) -> None:
    conversations.answer(dora_writes(cast), actor=cast.alice, text="Hello.", key="1")
    Delivery.objects.update(due_at=now())
    deliver_due()
    work()
    assert receiver.types[2:] == ["delivery.settled"]
    data = told(receiver, "delivery.settled")
    assert (data["state"], data["message"]["delivery"]["state"]) == ("held", "held")


def test_notes_are_told_only_to_whom_they_were_promised_by_name(cast: Cast, receiver: Receiver, secret: str) -> None:
    with Receiver() as named:
        promise(named, cast, "note.written")
        conversations.note(dora_writes(cast), actor=cast.alice, text="She called before.", key="1")
        work()
        assert told(named, "note.written")["message"]["text"] == "She called before."
        assert named.types == ["note.written"]
    assert "note.written" not in receiver.types


def test_merges_are_told_by_ids(cast: Cast, receiver: Receiver, secret: str) -> None:
    dora = dora_writes(cast).customer
    other = recognise(
        Address("mail", "d@example.net"), base_id=cast.brand.base_id, proof=Proof.USUAL, at=now(), name="Dora"
    )
    made = merge(dora, other, actor=cast.alice)
    unmerge(made, actor=cast.alice)
    work()
    expected = {
        "merge": {"id": str(made.pk)},
        "kept": {"id": str(dora.pk)},
        "merged": {"id": str(other.pk)},
        "by": {"id": str(cast.alice.pk), "name": "Alice"},
    }
    assert [event for event in receiver.types if "customer" in event] == ["customer.merged", "customer.unmerged"]
    assert told(receiver, "customer.merged") == told(receiver, "customer.unmerged") == expected


def test_only_what_was_asked_for_is_told(cast: Cast, receiver: Receiver) -> None:
    promise(receiver, cast, "conversation.closed", "message.received")
    conversations.close(dora_writes(cast), actor=cast.bob)
    work()
    assert receiver.types == ["message.received", "conversation.closed"]


def test_another_brand_is_not_told(cast: Cast, receiver: Receiver) -> None:
    with Receiver() as other, Receiver() as both:
        promise(receiver, cast, brand=cast.brand)
        promise(other, cast, brand=cast.other_brand)
        promise(both, cast)
        dora = dora_writes(cast, text="For Zonnestroom.").customer
        arrives(mail(to="hallo@windkracht.example", text="For Windkracht."), cast.other_mailbox)
        base = cast.brand.base_id
        anna = recognise(Address("mail", "a@example.org"), base_id=base, proof=Proof.USUAL, at=now())
        merge(dora, anna, actor=cast.admin)
        work()
        assert sorted(receiver.types) == ["conversation.opened", "customer.merged", "message.received"]
        assert other.types == ["conversation.opened", "message.received"]
        assert len(both.types) == 5
        assert b"Windkracht" not in b"".join(one.body for one in receiver.heard)
        assert b"Zonnestroom" not in b"".join(one.body for one in other.heard)


def test_an_import_calls_nobody(cast: Cast, receiver: Receiver, secret: str) -> None:
    arrives(mail(message_id="1@example.org"), cast.mailbox, is_import=True)
    arrives(mail(message_id="2@example.org", In_Reply_To="<1@example.org>"), cast.mailbox, is_import=True)
    conversation = Conversation.objects.get()
    conversations.note_earlier(conversation, person=cast.alice, text="Long ago", at=now())
    conversations.assign_earlier(conversation, person=cast.alice, at=now())
    conversations.close_earlier(conversation, person=cast.alice, at=now())
    assert Fact.objects.exists()
    work()
    assert not Call.objects.exists()


def test_what_happened_before_is_not_told(cast: Cast, receiver: Receiver) -> None:
    dora_writes(cast, message_id="1@example.org")
    promise(receiver, cast)
    with Receiver() as later:
        dora_writes(cast, message_id="2@example.org")
        promise(later, cast)
        dora_writes(cast, message_id="3@example.org")
        work()
        assert (len(receiver.heard), len(later.heard)) == (4, 2)


def test_who_is_switched_off_is_told_nothing_of_that_time(cast: Cast, receiver: Receiver) -> None:
    webhook, _ = promise(receiver, cast, "message.received")
    dora_writes(cast, text="First", message_id="1@example.org")
    take_facts()
    actions.change(webhook, is_active=False)
    dora_writes(cast, text="Second", message_id="2@example.org")
    assert work() == 0
    actions.change(webhook, is_active=True)
    dora_writes(cast, text="Third", message_id="3@example.org")
    work()
    assert [one.told["data"]["message"]["text"].strip() for one in receiver.heard] == ["First", "Third"]


def test_a_fact_read_twice_is_told_once(cast: Cast, receiver: Receiver, secret: str) -> None:
    dora_writes(cast)
    work()
    Bookmark.objects.update(window_from=0, window_to=0, last=0, highest=0, floor=0)
    work()
    assert receiver.types == ["conversation.opened", "message.received"]


def test_who_dies_while_reading_reads_again(cast: Cast, receiver: Receiver, secret: str) -> None:
    dora_writes(cast)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take_facts()
        raise ZeroDivisionError
    assert not Call.objects.exists()
    work()
    assert receiver.types == ["conversation.opened", "message.received"]


def test_facts_that_say_too_little_stop_none_of_the_others(cast: Cast, receiver: Receiver, secret: str) -> None:
    Fact.objects.create(name="MessageReceived", told={})
    Fact.objects.create(name="ConversationClosed", told={"conversation_id": "no id", "by": ""})
    Fact.objects.create(name="OfAnotherVersion", told={"a": 1})
    dora_writes(cast)
    work()
    assert receiver.types == ["conversation.opened", "message.received"]


def test_what_is_gone_is_not_told(cast: Cast, receiver: Receiver, secret: str) -> None:
    conversation = dora_writes(cast)
    conversation.messages.all().delete()
    work()
    assert receiver.types == []


def test_of_a_very_long_text_the_beginning_is_told(cast: Cast, receiver: Receiver) -> None:
    promise(receiver, cast, "message.received")
    dora_writes(cast, text="word " * 20_000)
    work()
    said = told(receiver, "message.received")["message"]
    assert (len(said["text"]), said["text_is_cut"]) == (20_000, True)


def test_html_and_bytes_of_files_stay_here(cast: Cast, receiver: Receiver) -> None:
    promise(receiver, cast, "message.received")
    dora_writes(cast, html="<p>Hello <b>there</b></p>")
    work()
    assert "html" not in told(receiver, "message.received")["message"]
    assert b"<b>" not in receiver.heard[0].body


def test_every_event_can_be_made_by_a_fact() -> None:
    assert {event for events in telling.EVENTS_OF.values() for event in events} == set(EVENTS)


def test_order_within_a_conversation_is_that_of_the_facts(cast: Cast, receiver: Receiver) -> None:
    """Also when several calls are made at once: the second waits for the first."""
    promise(receiver, cast)
    one = dora_writes(cast, message_id="1@example.org")
    other = dora_writes(cast, message_id="2@example.org", subject="Other", sender="Erik <erik@example.net>")
    conversations.close(one, actor=cast.bob)
    take_facts()
    now_made = actions.claim({}, 100)
    lanes = [Call.objects.get(pk=errand.call).lane for errand in now_made]
    assert sorted(lanes) == sorted([str(one.pk), str(other.pk)])
    assert {Call.objects.get(pk=errand.call).event for errand in now_made} == {"conversation.opened"}
    assert actions.claim({}, 100) == []


def test_nobody_listening_costs_no_calls(cast: Cast) -> None:
    dora_writes(cast)
    take_facts()
    assert (Call.objects.count(), Webhook.objects.count(), Message.objects.count()) == (0, 0, 1)
