"""Webhooks over the API: made, changed, tested, looked into and called again."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from ninelives.accounts.models import Viewing
from ninelives.accounts.permissions import Permission
from ninelives.api.models import RememberedAnswer
from ninelives.channels.models import Delivery
from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation, Message
from ninelives.customers.actions import merge
from ninelives.foundation.clock import now
from ninelives.foundation.ids import new_id
from ninelives.webhooks import actions, shapes
from ninelives.webhooks.models import Call, Webhook
from ninelives.webhooks.saying import say
from ninelives.webhooks.telling import as_body
from tests.cast import Cast, writes
from tests.receivers import Receiver, status

WEBHOOKS = "/api/v1/webhooks"


@pytest.fixture
def receiver(people: Cast, settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_ALLOW = ("127.0.0.1",)
    with Receiver() as receiver:
        yield receiver


def send(client: Client, method: str, address: str, said: object = None, **headers: str):
    body = {} if said is None else {"data": json.dumps(said), "content_type": "application/json"}
    return getattr(client, method)(f"{WEBHOOKS}{address}", **body, headers=headers)


@pytest.fixture
def made(api: Client, receiver: Receiver) -> dict:
    return send(api, "post", "", {"url": receiver.url, "events": ["message.received"]}).json()


def call_due() -> None:
    while errands := actions.claim({}, 10):
        for errand in errands:
            actions.conclude(errand, say(errand, actions.allowed()))


def test_it_is_made_and_its_secret_shown_once(api: Client, receiver: Receiver) -> None:
    answer = send(api, "post", "", {"url": receiver.url, "events": ["message.received", "conversation.closed"]})
    assert answer.status_code == 201
    made = answer.json()
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["message.received", "conversation.closed"]
    assert (made["active"], made["reason"], made["brand"]) == (True, "", None)
    assert made["created_by"] == "A machine"
    again = send(api, "get", f"/{made['id']}").json()
    assert again == {name: value for name, value in made.items() if name != "secret"}
    assert send(api, "get", "").json()["items"] == [again]


def test_without_events_all_is_told_but_what_is_internal(api: Client, receiver: Receiver) -> None:
    assert send(api, "post", "", {"url": receiver.url}).json()["events"] == ["*"]


def test_made_twice_under_one_key_it_is_one_and_the_secret_stays_sealed(api: Client, receiver: Receiver) -> None:
    asked = {"url": receiver.url}
    first = send(api, "post", "", asked, Idempotency_Key="k")
    second = send(api, "post", "", asked, Idempotency_Key="k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.content, second["Idempotency-Replayed"]) == (second.content, "true")
    assert Webhook.objects.count() == 1
    assert first.json()["secret"] not in RememberedAnswer.objects.get().body


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"url": "http://10.1.2.3/"}, "url", "forbidden_place"),
        ({"url": "http://[::1]:8000/"}, "url", "forbidden_place"),
        ({"url": "http://169.254.169.254/latest/meta-data/"}, "url", "forbidden_place"),
        ({"url": "http://nowhere.invalid/"}, "url", "unknown_host"),
        ({"url": "example.org"}, "url", "not_http"),
        ({"url": "https://me:secret@example.org/"}, "url", "has_credentials"),
        ({"url": ""}, "url", "not_http"),
        ({"url": 7}, "url", "string_type"),
        ({}, "url", "missing"),
        ({"url": "GOOD", "events": ["message.eaten"]}, "events", "unknown_event"),
        ({"url": "GOOD", "events": []}, "events", "no_events"),
        ({"url": "GOOD", "events": "*"}, "events", "list_type"),
        ({"url": "GOOD", "brand": str(new_id())}, "brand", "not_found"),
        ({"url": "GOOD", "secret": "mine"}, "secret", "extra_forbidden"),
    ],
)
def test_what_cannot_be_is_told_by_field(api: Client, receiver: Receiver, said: dict, field: str, code: str) -> None:
    said = {name: receiver.url if value == "GOOD" else value for name, value in said.items()}
    answer = send(api, "post", "", said)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert error["message"]
    assert not Webhook.objects.exists()


def test_some_is_changed_and_the_rest_stays(api: Client, receiver: Receiver, made: dict) -> None:
    address = f"/{made['id']}"
    assert send(api, "patch", address, {"events": ["note.written"]}).json()["events"] == ["note.written"]
    off = send(api, "patch", address, {"active": False}).json()
    assert (off["active"], off["reason"], off["events"]) == (False, "paused", ["note.written"])
    assert off["explanation"]
    for deed in ("/test", "/replay"):
        refused = send(api, "post", f"{address}{deed}")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:problem-type:ninelives:not-active")
    assert send(api, "patch", address, {"active": True}).json()["reason"] == ""
    assert send(api, "patch", address, {"url": "http://10.0.0.1/"}).status_code == 422
    assert send(api, "patch", address, {"is_active": False}).status_code == 422
    assert send(api, "patch", address, {}).json()["url"] == receiver.url


def test_it_is_ended(api: Client, made: dict) -> None:
    send(api, "post", f"/{made['id']}/test")
    answer = send(api, "delete", f"/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert send(api, "get", f"/{made['id']}").status_code == 404
    assert not Call.objects.exists()


def test_a_new_secret_signs_beside_the_old_one(api: Client, receiver: Receiver, made: dict) -> None:
    renewed = send(api, "post", f"/{made['id']}/secret")
    assert renewed.status_code == 201
    assert renewed.json()["secret"] != made["secret"]
    send(api, "post", f"/{made['id']}/test")
    call_due()
    assert receiver.heard[0].verified(made["secret"]) == receiver.heard[0].verified(renewed.json()["secret"])


def test_a_test_is_told_shown_and_called_again(api: Client, receiver: Receiver, made: dict) -> None:
    receiver.says = [status(500, body=b"Not today")]
    asked = send(api, "post", f"/{made['id']}/test")
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    call_due()

    calls = f"/{made['id']}/calls"
    (shown,) = send(api, "get", f"{calls}?state=failed&event=webhook.test").json()["items"]
    assert shown["next_at"]
    assert send(api, "get", f"{calls}?state=succeeded").json()["items"] == []
    assert send(api, "get", f"{calls}?state=lost").status_code == 422
    whole = send(api, "get", f"{calls}/{shown['id']}").json()
    assert whole["payload"] == receiver.heard[0].told
    (attempt,) = whole["tries"]
    assert (attempt["status"], attempt["reason"], attempt["answer"]) == (500, "status", "Not today")
    assert attempt["explanation"]

    again = send(api, "post", f"{calls}/{shown['id']}/replay")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    call_due()
    assert send(api, "get", f"{calls}/{shown['id']}").json()["state"] == "succeeded"
    assert receiver.heard[0].id == receiver.heard[1].id == shown["id"]


def test_all_that_failed_is_called_again(api: Client, receiver: Receiver, made: dict) -> None:
    receiver.says = [status(500)]
    send(api, "post", f"/{made['id']}/test")
    call_due()
    assert send(api, "post", f"/{made['id']}/replay").json() == {"calls": 1}
    call_due()
    assert send(api, "post", f"/{made['id']}/replay").json() == {"calls": 0}


def test_a_token_of_one_brand_makes_and_sees_that_brands(
    api: Client, client_with: Callable[..., Client], people: Cast, receiver: Receiver, made: dict
) -> None:
    ours, others = client_with(brand=people.brand), client_with(brand=people.other_brand)
    own = send(ours, "post", "", {"url": receiver.url}).json()
    assert own["brand"]["name"] == "Zonnestroom"
    refused = send(ours, "post", "", {"url": receiver.url, "brand": str(people.other_brand.pk)})
    assert refused.json()["errors"][0]["code"] == "not_found"
    assert [one["id"] for one in send(ours, "get", "").json()["items"]] == [own["id"]]
    assert send(ours, "get", f"/{made['id']}").status_code == 404
    assert send(others, "get", f"/{own['id']}").status_code == 404
    assert len(send(api, "get", "").json()["items"]) == 2


def test_it_is_a_right_of_its_own(client_with: Callable[..., Client], made: dict) -> None:
    others = set(Permission) - {Permission.MANAGE_WEBHOOKS}
    assert send(client_with(*others), "get", "").status_code == 403
    assert send(client_with(Permission.MANAGE_WEBHOOKS), "get", "").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_reading_what_was_told_of_somebody_is_logged(api: Client, people: Cast, receiver: Receiver, made: dict) -> None:
    conversation = writes(people.mailbox, "Hello")
    actions.take_facts()
    call = Call.objects.get()
    assert send(api, "get", f"/{made['id']}/calls").json()["items"]
    assert not Viewing.objects.exists()
    assert "Hello" in send(api, "get", f"/{made['id']}/calls/{call.pk}").json()["payload"]["data"]["message"]["text"]
    seen = Viewing.objects.get()
    assert (seen.customer, seen.subject, seen.subject_id) == (conversation.customer_id, "call", call.pk)


def as_told(shape: dict) -> dict:
    return json.loads(as_body("", now(), shape))["data"]


def test_what_is_told_has_the_shape_of_the_api(api: Client, people: Cast, conversation: Conversation) -> None:
    """Less the HTML and what ties conversations, and with a word about a cut."""
    conversations.claim(conversation, person=people.alice)
    conversations.answer(conversation, actor=people.alice, text="An answer", key="1")
    Delivery.objects.update(state="held", reason="no_outgoing")
    conversations.note(conversation, actor=people.alice, text="A note", key="2")
    other = writes(people.mailbox, "Also me", sender="Dora <d@example.net>", subject="Other").customer
    merge(other, conversation.customer, actor=people.alice)
    file = conversations.attach(conversation, person=people.alice, name="a.txt", content=b"a")
    conversations.answer(conversation, actor=people.alice, text="With a file", key="3", use_draft=True)
    assert file

    read = api.get(f"/api/v1/conversations/{conversation.pk}").json()
    conversation = Conversation.objects.get(pk=conversation.pk)
    said = read.pop("messages")
    assert [read.pop(ties) for ties in ("merges", "splits", "links")] == [[], [], []]
    assert as_told(shapes.conversation(conversation)) == read
    assert read["customer"]["id"] == str(other.pk)

    told = [as_told(shapes.message(one)) for one in Message.objects.filter(conversation=conversation).order_by("id")]
    assert len(told) == len(said) == 4
    for one, shown in zip(told, said, strict=True):
        assert one.pop("text_is_cut") is False
        for left_out in ("html", "answers"):
            shown.pop(left_out)
        for attachment in [*one["attachments"], *shown["attachments"]]:
            attachment["url"] = attachment["url"].partition("/api/")[2]
        assert one == shown
