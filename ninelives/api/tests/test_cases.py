"""Machines put conversations in cases, close them, and read what they took."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ninelives.conversations import actions
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import add_address
from ninelives.foundation.address import Address, Proof
from tests.cast import Cast, writes

CASES = "/api/v1/cases"


@pytest.fixture
def other(people: Cast, conversation: Conversation) -> Conversation:
    return writes(people.mailbox, "And my meter?", subject="My meter", message_id="2@example.org")


def does(api: Client, method: str, path: str = "", body: Any = None) -> Any:
    answer = getattr(api, method)(f"{CASES}{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_case_over_two_conversations(
    api: Client, people: Cast, conversation: Conversation, other: Conversation
) -> None:
    status, made = does(api, "post", body={"conversation": str(conversation.pk), "title": "All about the bill"})
    assert (status, made["title"], made["contacts"], made["status"]) == (201, "All about the bill", 1, "open")
    inside = f"/{made['id']}/conversations"
    status, grown = does(api, "post", inside, {"conversation": str(other.pk)})
    assert (status, grown["contacts"]) == (201, 2)
    assert does(api, "post", inside, {"conversation": str(other.pk)}) == (200, grown)
    actions.answer(other, actor=people.bob, text="Read it aloud.", key="1")
    whole = api.get(f"{CASES}/{made['id']}").json()
    assert [(one["conversation"]["id"], one["handled_by"], one["channel"]) for one in whole["contacts_in_order"]] == [
        (str(conversation.pk), "", "mail"),
        (str(other.pk), "Bob", "mail"),
    ]
    shown = api.get(f"/api/v1/conversations/{other.pk}").json()["case"]
    assert shown == {"id": made["id"], "reference": made["reference"]}
    status, shrunk = does(api, "delete", f"{inside}/{other.pk}")
    assert (status, [one["id"] for one in shrunk["conversations"]]) == (200, [str(conversation.pk)])
    assert does(api, "delete", f"{inside}/{other.pk}") == (200, shrunk)


def test_closed_with_its_conversations_and_opened_again(api: Client, conversation: Conversation) -> None:
    _, made = does(api, "post", body={"conversation": str(conversation.pk)})
    closure = f"/{made['id']}/closure"
    status, closed = does(api, "post", closure, {"conversations": True})
    assert (status, closed["status"], closed["conversations"][0]["status"]) == (201, "closed", "closed")
    assert does(api, "post", closure) == (200, closed)
    assert [one["id"] for one in api.get(CASES, {"status": "closed"}).json()["items"]] == [made["id"]]
    status, opened = does(api, "delete", closure)
    assert (status, opened["status"], opened["conversations"][0]["status"]) == (200, "open", "closed")
    assert api.get(CASES, {"status": "closed"}).json()["items"] == []


def test_found_by_customer_and_renamed(api: Client, people: Cast, conversation: Conversation) -> None:
    _, made = does(api, "post", body={"conversation": str(conversation.pk)})
    erik = writes(people.mailbox, "Hello", sender="Erik <erik@example.net>", message_id="3@example.net")
    assert api.get(CASES, {"customer": erik.customer_id}).json()["items"] == []
    assert len(api.get(CASES, {"customer": conversation.customer_id}).json()["items"]) == 1
    assert does(api, "patch", f"/{made['id']}", {"title": "The bill"})[1]["title"] == "The bill"
    assert does(api, "patch", f"/{made['id']}", {"title": "  "})[0] == 422
    status, problem = does(api, "post", f"/{made['id']}/conversations", {"conversation": str(erik.pk)})
    assert (status, problem["errors"][0]["code"]) == (422, "of_another")


def test_opened_once_under_a_key(api: Client, conversation: Conversation, client_with: Callable[..., Client]) -> None:
    told = {"path": CASES, "data": json.dumps({"conversation": str(conversation.pk)})}
    first, second = (
        api.post(**told, content_type="application/json", headers={"Idempotency-Key": "once"}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert len(api.get(CASES).json()["items"]) == 1


def test_answered_by_another_channel(api: Client, people: Cast, conversation: Conversation) -> None:
    add_address(conversation.customer, Address("pretend", "dora-pretends"), Proof.PROVEN)
    path = f"/api/v1/conversations/{conversation.pk}/messages"
    via = {"account": str(people.pretend.pk), "address": "dora-pretends"}

    def says(said: dict[str, Any], key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return api.post(path, json.dumps(said), content_type="application/json", headers=headers)

    made = says({"text": "Hello", "via": via}, "once")
    assert (made.status_code, made.json()["channel"]) == (201, "pretend")
    assert says({"text": "Hello", "via": via}, "once").json() == made.json()
    case = api.get(f"/api/v1/conversations/{conversation.pk}").json()["case"]
    assert len(api.get(f"{CASES}/{case['id']}").json()["conversations"]) == 2
    for wrong in ({"address": "somebody"}, {"account": str(people.mailbox.pk)}, {"account": str(conversation.pk)}):
        refused = says({"text": "Hello", "via": via | wrong})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "no_such_way")
    assert says({"text": "Hello", "note": True, "via": via}).json()["errors"][0]["code"] == "not_for_notes"
