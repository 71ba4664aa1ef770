"""Conversations are merged, split and linked by machines."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ninelives.conversations.models import Conversation, Message
from ninelives.foundation.models import Fact
from ninelives.webhooks.models import Webhook
from ninelives.webhooks.telling import EVENTS_OF, news_of
from tests.cast import Cast, writes

CONVERSATIONS = "/api/v1/conversations"


@pytest.fixture
def other(people: Cast, conversation: Conversation) -> Conversation:
    return writes(people.mailbox, "And my meter?", subject="My meter", message_id="2@example.org")


def does(api: Client, method: str, path: str, body: Any = None) -> Any:
    answer = getattr(api, method)(f"{CONVERSATIONS}/{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def read(api: Client, conversation: Conversation) -> Any:
    return api.get(f"{CONVERSATIONS}/{conversation.pk}").json()


def texts(api: Client, conversation: Conversation) -> list[str]:
    return [one["text"].strip() for one in read(api, conversation)["messages"]]


def test_merged_and_undone(api: Client, conversation: Conversation, other: Conversation) -> None:
    merges = f"{conversation.pk}/merges"
    status, made = does(api, "post", merges, {"other": str(other.pk)})
    assert (status, made["merged"]["reference"], made["merged"]["status"]) == (201, other.reference, "merged")
    assert does(api, "post", merges, {"other": str(other.pk)}) == (200, made)
    assert texts(api, conversation) == ["Why is my bill so high?", "And my meter?"]
    kept, merged = read(api, conversation), read(api, other)
    assert (kept["merged_into"], [one["id"] for one in kept["merges"]]) == (None, [made["id"]])
    assert (merged["status"], merged["merged_into"], texts(api, other)) == (
        "merged",
        str(conversation.pk),
        ["And my meter?"],
    )
    assert [one["id"] for one in api.get(CONVERSATIONS).json()["items"]] == [str(conversation.pk)]
    assert [one["id"] for one in api.get(CONVERSATIONS, {"status": "merged"}).json()["items"]] == [str(other.pk)]
    assert [one["id"] for one in api.get(CONVERSATIONS, {"q": "meter"}).json()["items"]] == [str(conversation.pk)]
    # What is done to the merged one is done to the kept one.
    assert does(api, "post", f"{other.pk}/closure")[1]["id"] == str(conversation.pk)

    status, undone = does(api, "delete", f"{other.pk}/merges/{made['id']}")
    assert (status, undone["undone_at"] is None) == (200, False)
    assert does(api, "delete", f"{conversation.pk}/merges/{made['id']}") == (200, undone)
    assert texts(api, conversation) == ["Why is my bill so high?"]
    assert read(api, other)["status"] == "open"


def test_split_and_put_back(api: Client, conversation: Conversation, people: Cast) -> None:
    writes(people.mailbox, "And my meter?", message_id="2@example.org", in_reply_to="<1@example.org>")
    message = Message.objects.get(external_id="2@example.org")
    status, made = does(api, "post", f"{conversation.pk}/splits", {"message": str(message.pk), "subject": "Meter"})
    assert (status, made["messages"], made["made"]["subject"]) == (201, [str(message.pk)], "Meter")
    new = Conversation.objects.get(pk=made["made"]["id"])
    assert (texts(api, conversation), texts(api, new)) == (["Why is my bill so high?"], ["And my meter?"])
    assert read(api, new)["splits"] == read(api, conversation)["splits"] == [made]
    assert does(api, "delete", f"{new.pk}/splits/{made['id']}")[0] == 200
    assert texts(api, conversation) == ["Why is my bill so high?", "And my meter?"]
    assert does(api, "delete", f"{conversation.pk}/splits/{made['id']}")[0] == 200


def test_linked_and_unlinked(api: Client, conversation: Conversation, other: Conversation) -> None:
    status, made = does(api, "post", f"{conversation.pk}/links", {"other": str(other.pk)})
    assert (status, made["other"]["id"]) == (201, str(other.pk))
    assert does(api, "post", f"{other.pk}/links", {"other": str(conversation.pk)})[0] == 200
    assert read(api, other)["links"][0]["other"]["reference"] == conversation.reference
    assert does(api, "delete", f"{other.pk}/links/{made['id']}")[1]["undone_at"] is not None
    assert read(api, conversation)["links"] == []


@pytest.mark.parametrize("what", ["itself", "nothing", "other account", "other customer"])
def test_what_cannot_be_merged(api: Client, conversation: Conversation, people: Cast, what: str) -> None:
    others: dict[str, Callable[[], object]] = {
        "itself": lambda: conversation.pk,
        "nothing": lambda: "00000000-0000-0000-0000-000000000000",
        "other account": lambda: writes(people.other_mailbox, "Hi", message_id="4@e").pk,
        "other customer": lambda: writes(people.mailbox, "Hi", sender="Erik <e@example.net>", message_id="3@e").pk,
    }
    codes = {"nothing": "not_found", "other account": "other_account", "other customer": "other_customer"}
    status, problem = does(api, "post", f"{conversation.pk}/merges", {"other": str(others[what]())})
    assert (status, problem["type"].rpartition(":")[2]) == (422, "not-mergeable")
    assert problem["errors"][0]["code"] == codes.get(what, what)


def test_what_cannot_be_split_or_linked(api: Client, conversation: Conversation, other: Conversation) -> None:
    own, foreign = (str(one.messages.get().pk) for one in (conversation, other))
    for path, body, code in (
        ("splits", {"message": own, "and_after": True}, "nothing_left"),
        ("splits", {"message": foreign}, "not_in_it"),
        ("links", {"other": str(conversation.pk)}, "itself"),
    ):
        status, problem = does(api, "post", f"{conversation.pk}/{path}", body)
        assert (status, problem["errors"][0]["code"]) == (422, code)


def test_webhooks_are_told(api: Client, conversation: Conversation, other: Conversation) -> None:
    _, made = does(api, "post", f"{conversation.pk}/merges", {"other": str(other.pk)})
    does(api, "delete", f"{conversation.pk}/merges/{made['id']}")
    assert not Webhook.objects.exists()
    told = {"ConversationsMerged": "conversation.merged", "ConversationsUnmerged": "conversation.unmerged"}
    for name, event in told.items():
        (news,) = news_of(Fact.objects.get(name=name), EVENTS_OF[name])
        assert (news.event, news.lane) == (event, str(conversation.pk))
        assert news.data["other"] == {"id": other.pk, "reference": other.reference}
