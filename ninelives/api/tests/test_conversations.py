"""Reading conversations, answering, noting, closing."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from ninelives.accounts.models import Viewing
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import Delivery
from ninelives.conversations.actions import claim
from ninelives.conversations.models import Attachment, Conversation, Message
from ninelives.customers.models import Customer
from ninelives.foundation import files
from ninelives.foundation.clock import now
from tests.cast import Cast, take_in, writes

CONVERSATIONS = "/api/v1/conversations"


def say(api: Client, conversation: Conversation, body: object, **headers: str):
    return api.post(
        f"{CONVERSATIONS}/{conversation.pk}/messages",
        json.dumps(body),
        content_type="application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def test_a_conversation_is_told_whole(api: Client, people: Cast, conversation: Conversation) -> None:
    claim(conversation, person=people.alice)
    told = api.get(f"{CONVERSATIONS}/{conversation.pk}").json()
    assert told["reference"] == conversation.reference
    assert told["customer"] == {"id": str(conversation.customer_id), "name": "Dora de Vries"}
    assert (told["status"], told["subject"], told["channel"]) == ("open", "Meter reading", "mail")
    assert told["assignee"] == {"id": str(people.alice.pk), "name": "Alice"}
    assert told["brand"]["name"] == "Zonnestroom"
    (message,) = told["messages"]
    assert (message["direction"], message["channel"], message["author"]) == ("inbound", "mail", "Dora de Vries")
    assert message["text"].strip() == "Why is my bill so high?"
    assert (message["attachments"], message["delivery"]) == ([], None)


def test_an_answer_goes_out(api: Client, people: Cast) -> None:
    take_in(people.pretend, json.dumps({"from": "dora", "text": "Hello", "id": "1"}).encode())
    conversation = Conversation.objects.get()
    said = say(api, conversation, {"text": "Good day, Dora 🌻"})
    assert said.status_code == 201
    assert said.json()["direction"] == "outbound"
    assert said.json()["text"] == "Good day, Dora 🌻"
    assert said.json()["delivery"] == {"state": "queued", "reason": "", "explanation": "", "sent_at": None}
    deliver_due()
    told = api.get(f"{CONVERSATIONS}/{conversation.pk}").json()["messages"][1]["delivery"]
    assert told["state"] == "sent"
    assert told["sent_at"]


def test_a_note_stays_here(api: Client, conversation: Conversation) -> None:
    said = say(api, conversation, {"text": "Look at the meter", "note": True}).json()
    assert (said["direction"], said["delivery"], said["author"]) == ("note", None, "A machine")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "text", "missing"),
        ({"text": 7}, "text", "string_type"),
        ({"text": "Hello", "notes": True}, "notes", "extra_forbidden"),
        ({"text": "Hello", "note": "no"}, "note", "bool_type"),
        ({"text": "\ud800"}, "text", "string_unicode"),
        ({"text": " \n\0 "}, "text", "empty"),
        ([], "", "model_attributes_type"),
        (None, "", "model_attributes_type"),
    ],
)
def test_a_message_that_cannot_be_used_is_told_by_field(
    api: Client, conversation: Conversation, body: object, field: str, code: str
) -> None:
    refused = say(api, conversation, body)
    assert refused.status_code == 422
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [(field, code)]
    assert refused.json()["errors"][0]["message"].endswith(".")
    assert conversation.messages.count() == 1


def test_a_message_without_a_body_is_refused(api: Client, conversation: Conversation) -> None:
    refused = api.post(f"{CONVERSATIONS}/{conversation.pk}/messages", content_type="application/json")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "missing"


def test_too_long_for_the_channel_is_told(api: Client, people: Cast) -> None:
    take_in(people.pretend, json.dumps({"from": "dora", "text": "Hello"}).encode())
    refused = say(api, Conversation.objects.get(), {"text": "x" * 4001})
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:problem-type:ninelives:not-sendable"
    assert "4000" in refused.json()["errors"][0]["message"]


def test_nul_in_a_text_is_left_out(api: Client, conversation: Conversation) -> None:
    assert say(api, conversation, {"text": "a\0b"}).json()["text"] == "ab"


def test_nobody_to_answer_is_told(api: Client, people: Cast) -> None:
    customer = Customer.objects.create(base=people.brand.base, name="Nobody")
    silent = Conversation.objects.create(customer=customer, account=people.mailbox, brand=people.brand)
    refused = say(api, silent, {"text": "Hello?"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "no_address"
    assert say(api, silent, {"text": "Nobody there", "note": True}).status_code == 201


def test_closing_and_opening(api: Client, conversation: Conversation) -> None:
    closure = f"{CONVERSATIONS}/{conversation.pk}/closure"
    assert [(r := api.post(closure)).status_code, r.json()["status"]] == [201, "closed"]
    assert [(r := api.post(closure)).status_code, r.json()["status"]] == [200, "closed"]
    assert conversation.closures.count() == 1
    assert [(r := api.delete(closure)).status_code, r.json()["status"]] == [200, "open"]
    assert [(r := api.delete(closure)).status_code, r.json()["status"]] == [200, "open"]


def test_lists_are_filtered(api: Client, people: Cast, conversation: Conversation) -> None:
    other = writes(people.mailbox, "The boiler leaks", sender="Erik <erik@example.org>", subject="Boiler")
    api.post(f"{CONVERSATIONS}/{other.pk}/closure")

    def listed(**asked: object) -> list[str]:
        return [item["id"] for item in api.get(CONVERSATIONS, asked).json()["items"]]

    both = [str(other.pk), str(conversation.pk)]
    assert listed() == both
    assert listed(customer="", status="", channel="", q="", cursor="") == both
    assert listed(customer=conversation.customer_id) == both[1:]
    assert listed(status="closed") == both[:1]
    assert listed(status="open") == both[1:]
    assert listed(channel="mail") == both
    assert listed(channel=people.mailbox.pk) == both
    assert listed(channel="pretend") == []
    assert listed(q="boiler leaks") == both[:1]
    assert listed(q="'; DROP TABLE conversations_conversation; --") == []
    assert listed(q="boiler\0") == both[:1]
    assert listed(q="% _ \\ :* & | ! <-> '' (") == []


def test_reading_is_logged_once_in_a_while(api: Client, conversation: Conversation) -> None:
    for _ in range(2):
        api.get(f"{CONVERSATIONS}/{conversation.pk}")
    viewing = Viewing.objects.get()
    assert (viewing.customer, viewing.subject, viewing.subject_id) == (
        conversation.customer_id,
        "conversation",
        conversation.pk,
    )


def test_a_long_conversation_costs_few_queries(
    api: Client, people: Cast, conversation: Conversation, django_assert_max_num_queries
) -> None:
    _fill(people, conversation, 200)
    with django_assert_max_num_queries(8):
        told = api.get(f"{CONVERSATIONS}/{conversation.pk}").json()
    assert len(told["messages"]) == 201
    assert len(told["messages"][-1]["attachments"]) == 1


def test_a_list_costs_the_same_however_long(
    api: Client, people: Cast, conversation: Conversation, django_assert_max_num_queries
) -> None:
    for number in range(20):
        writes(people.mailbox, "Hello", sender=f"Person {number} <p{number}@example.org>")
    with django_assert_max_num_queries(6):
        assert api.get(CONVERSATIONS).json()["count"] == 21


def _fill(people: Cast, conversation: Conversation, count: int) -> None:
    file = files.store(b"a picture")
    deliveries = Delivery.objects.bulk_create(
        Delivery(account=people.mailbox, external_id=f"{number}@x", outbound={}) for number in range(count)
    )
    messages = Message.objects.bulk_create(
        Message(
            conversation=conversation,
            account=people.mailbox,
            direction="outbound",
            text="Hello",
            delivery=delivery,
            by_person=people.alice,
            occurred_at=now() + timedelta(seconds=number),
        )
        for number, delivery in enumerate(deliveries)
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, file=file, name="a.png", media_type="image/png", size=9) for message in messages
    )


def test_snoozing_and_bringing_back(api: Client, conversation: Conversation) -> None:
    snooze = f"{CONVERSATIONS}/{conversation.pk}/snooze"

    def snoozed(until: object) -> tuple[int, dict[str, object]]:
        answer = api.post(snooze, json.dumps({"until": until}), content_type="application/json")
        return answer.status_code, answer.json()

    until = now().replace(microsecond=0) + timedelta(hours=3)
    status, told = snoozed(until.isoformat())
    assert (status, datetime.fromisoformat(str(told["snoozed_until"]))) == (
        201,
        until.replace(microsecond=until.microsecond // 1000 * 1000),
    )
    assert len(api.get(CONVERSATIONS, {"snoozed": "true"}).json()["items"]) == 1
    assert api.get(CONVERSATIONS, {"snoozed": "false"}).json()["items"] == []

    for moment in (now().isoformat(), "2026-12-01T10:00:00", "soon", None):
        assert snoozed(moment)[0] == 422, moment
    assert [api.delete(snooze).json()["snoozed_until"] for _ in range(2)] == [None, None]
    api.post(f"{CONVERSATIONS}/{conversation.pk}/closure")
    assert snoozed(until.isoformat())[1]["type"] == "urn:problem-type:ninelives:not-open"
