"""Machines promise, try, keep and withdraw."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ninelives.conversations import actions as conversations
from ninelives.conversations.models import Conversation
from ninelives.customers.actions import merge
from ninelives.foundation.clock import now
from ninelives.promises import actions
from ninelives.promises.models import Promise
from ninelives.promises.tests.conftest import passes
from tests.cast import Cast, writes

PROMISES = "/api/v1/promises"
NUMBER = "+31612345678"


def in_hours(hours: int) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


def does(api: Client, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
    answer = getattr(api, method)(f"{PROMISES}{path}", json.dumps(body), "application/json", headers=headers)
    return answer.status_code, answer.json()


def states(api: Client, **asked: Any) -> list[str]:
    return [one["state"] for one in api.get(PROMISES, asked).json()["items"]]


@pytest.fixture
def promise(api: Client, conversation: Conversation) -> Callable[..., dict[str, Any]]:
    def make(**more: Any) -> dict[str, Any]:
        said = {"conversation": str(conversation.pk), "kind": "answer", "due_by": in_hours(2), **more}
        status, made = does(api, "post", body=said)
        assert status == 201
        return dict(made)

    return make


def test_made_and_found_by_its_state(api: Client, people: Cast, promise: Callable[..., dict[str, Any]]) -> None:
    made = promise(what="The whole story", owner=str(people.bob.pk))
    assert (made["state"], made["channel"], made["owner"]["name"], made["made_by"]) == (
        "open",
        "mail",
        "Bob",
        "A machine",
    )
    promise()
    late = promise()
    passes(Promise.objects.get(pk=late["id"]), timedelta(hours=3))
    does(api, "post", f"/{promise()['id']}/keeping")
    does(api, "post", f"/{promise()['id']}/withdrawal", {"reason": "No"})
    assert states(api) == ["withdrawn", "kept", "late", "open", "open"]
    for state, count in (("open", 2), ("late", 1), ("kept", 1), ("withdrawn", 1)):
        assert states(api, state=state) == [state] * count
    assert len(states(api, owner=people.bob.pk)) == 1
    assert states(api, kind="callback") == []
    assert api.get(PROMISES, {"state": "broken"}).status_code == 422


def test_to_a_customer_in_no_conversation(api: Client, people: Cast, conversation: Conversation) -> None:
    said = {"customer": str(conversation.customer_id), "kind": "callback", "due_by": in_hours(1), "address": NUMBER}
    status, problem = does(api, "post", body=said | {"brand": str(people.other_brand.pk)})
    assert (status, problem["errors"][0]["code"]) == (422, "which")
    status, made = does(api, "post", body=said | {"brand": str(people.brand.pk)})
    assert (status, made["conversation"], made["channel"], made["address"]) == (201, None, "phone", NUMBER)
    other = writes(people.mailbox, "Hello", sender="Erik <erik@example.net>", message_id="3@example.net").customer
    assert states(api, customer=other.pk) == []
    merge(other, conversation.customer, actor=people.alice)
    assert states(api, customer=other.pk) == ["open"]
    assert api.get(PROMISES).json()["items"][0]["customer"]["id"] == str(other.pk)


def test_what_is_wrong_is_told_by_field(api: Client, conversation: Conversation) -> None:
    right = {"conversation": str(conversation.pk), "kind": "answer", "due_by": in_hours(1)}
    for wrong, field, code in (
        ({"due_by": "2020-01-01T00:00:00Z"}, "due_by", "no_such_moment"),
        ({"due_from": in_hours(2)}, "due_from", "after_due_by"),
        ({"kind": "other"}, "what", "empty"),
        ({"kind": "callback"}, "address", "needed_for_a_callback"),
        ({"channel": "pigeon"}, "channel", "unknown"),
        ({"owner": str(conversation.pk)}, "owner", "not_of_the_team"),
        ({"conversation": None}, "conversation", "one_of_two"),
        ({"due_by": "tomorrow"}, "due_by", "datetime_from_date_parsing"),
    ):
        status, problem = does(api, "post", body=right | wrong)
        assert (status, [(one["field"], one["code"]) for one in problem["errors"]]) == (422, [(field, code)])
    assert states(api) == []


def test_once_under_a_key(api: Client, conversation: Conversation) -> None:
    said = {"conversation": str(conversation.pk), "kind": "callback", "due_by": in_hours(1), "address": NUMBER}
    first, again = (does(api, "post", "", said, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert first == again
    assert states(api) == ["open"]
    path = f"/{first[1]['id']}/attempts"
    for _ in range(2):
        assert does(api, "post", path, {"outcome": "busy"}, **{"Idempotency-Key": "try"})[1]["attempts"] == 1


def test_tried_until_somebody_is_reached(api: Client, promise: Callable[..., dict[str, Any]]) -> None:
    path = f"/{promise(kind='callback', address=NUMBER)['id']}"
    status, made = does(api, "post", f"{path}/attempts", {"outcome": "no_answer", "note": "Rang long"})
    assert (status, made["state"], made["all_attempts"][0]["note"]) == (201, "open", "Rang long")
    status, made = does(api, "post", f"{path}/attempts", {"outcome": "reached"})
    assert (made["state"], made["keepings"][0]["attempt"]) == ("kept", made["all_attempts"][1]["id"])
    status, problem = does(api, "post", f"{path}/attempts", {"outcome": "reached"})
    assert (status, problem["type"]) == (409, "urn:problem-type:ninelives:settled")


def test_kept_taken_back_and_withdrawn(api: Client, promise: Callable[..., dict[str, Any]]) -> None:
    path = f"/{promise()['id']}"
    assert [does(api, "post", f"{path}/keeping")[0] for _ in range(2)] == [201, 200]
    assert does(api, "post", f"{path}/withdrawal", {"reason": "No"})[0] == 409
    assert does(api, "delete", f"{path}/withdrawal")[1]["state"] == "kept"
    assert does(api, "delete", f"{path}/keeping")[1]["state"] == "open"
    assert does(api, "post", f"{path}/withdrawal", {"reason": " "})[1]["errors"][0]["code"] == "empty"
    said = {"reason": "Typed wrongly", "because": "mistake"}
    assert [does(api, "post", f"{path}/withdrawal", said)[0] for _ in range(2)] == [201, 200]
    assert does(api, "post", f"{path}/keeping")[0] == 409
    _, whole = does(api, "delete", f"{path}/withdrawal")
    assert (whole["state"], whole["withdrawals"][0]["reason"]) == ("open", "Typed wrongly")


def test_kept_by_an_answer_of_its_conversation(
    api: Client, people: Cast, conversation: Conversation, promise: Callable[..., dict[str, Any]]
) -> None:
    path = f"/{promise(kind='other', what='The contract')['id']}"
    said = conversations.answer(conversation, actor=people.alice, text="Here it is", key="1")
    status, problem = does(api, "post", f"{path}/keeping", {"message": str(conversation.pk)})
    assert (status, problem["errors"][0]["field"]) == (422, "message")
    status, kept = does(api, "post", f"{path}/keeping", {"message": str(said.pk)})
    assert (status, kept["keepings"][0]["message"]) == (201, str(said.pk))


def test_moved_and_handed_over(api: Client, people: Cast, promise: Callable[..., dict[str, Any]]) -> None:
    made = promise()
    path, window = f"/{made['id']}", {"due_from": None, "due_by": in_hours(5)}
    status, moved = does(api, "put", f"{path}/window", window)
    assert (status, moved["moves"][0]["was_by"]) == (200, made["due_by"])
    assert does(api, "put", f"{path}/window", window) == (200, moved)
    assert does(api, "put", f"{path}/window", {"due_by": "2020-01-01T00:00:00Z"})[0] == 422
    for person, name in ((str(people.bob.pk), "Bob"), (None, None)):
        status, given = does(api, "put", f"{path}/owner", {"person": person})
        assert (status, (given["owner"] or {}).get("name")) == (200, name)
    assert does(api, "put", f"{path}/owner", {"person": str(people.charlie.pk)})[0] == 422
    does(api, "post", f"{path}/keeping")
    assert does(api, "put", f"{path}/owner", {"person": None})[0] == 409
    assert does(api, "put", f"{path}/window", {"due_by": in_hours(9)})[0] == 409


def test_the_answer_that_tells_of_it_keeps_nothing(
    api: Client, people: Cast, conversation: Conversation, promise: Callable[..., dict[str, Any]]
) -> None:
    made = promise(will_tell=True)
    assert not made["told"]
    token = Promise.objects.get().by_token
    assert token
    for text, state in (("Before noon", "open"), ("It is 42", "kept")):
        actions.keep_by_answer(conversations.answer(conversation, actor=token, text=text, key=text).pk)
        whole = api.get(f"{PROMISES}/{made['id']}").json()
        assert (whole["state"], whole["told"]) == (state, True)
