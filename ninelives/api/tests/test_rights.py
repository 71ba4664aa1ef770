"""Nobody reaches what their token may not, at any address."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from ninelives.accounts.actions import give_token, revoke
from ninelives.accounts.models import Viewing
from ninelives.accounts.permissions import Permission
from ninelives.api.urls import api as described
from ninelives.channels.models import Receipt
from ninelives.conversations import actions as conversations
from ninelives.conversations.actions import tag_named
from ninelives.conversations.models import Attachment, Closure, Conversation, Message
from ninelives.customers.actions import merge, recognise
from ninelives.customers.models import Customer, CustomerMerge
from ninelives.foundation import files
from ninelives.foundation.address import Address, Proof
from ninelives.foundation.clock import now
from ninelives.promises import actions as promises
from ninelives.routing import actions as routing
from ninelives.routing.actions.following import place_in
from ninelives.routing.models import Offer, Placement
from ninelives.webhooks import actions as webhooks
from ninelives.webhooks.models import Webhook
from tests.cast import Cast

NO_ID = UUID(int=0)
WEBHOOKS = "/api/v1/webhooks"
_NOUNS = ("conversations", "cases", "promises", "customers", "receipts", "queues", "offers")
LISTS = (*(f"/api/v1/{noun}" for noun in _NOUNS), WEBHOOKS)
# Each brand has its own.
AGENTS = "/api/v1/agents"
# Asks for nothing that there is.
MAKES = ("post", WEBHOOKS)
# What it is about is named in what is said, not in the address.
NAMES_ANOTHER = (("post", "/api/v1/cases"), ("post", "/api/v1/promises"))
NOWHERE = "http://127.0.0.1:9/"
DONE = (200, 201, 202, 204)
SAID = {
    WEBHOOKS: {"url": NOWHERE},
    "/api/v1/conversations/{conversation_id}/messages": {"text": "Hello"},
    "/api/v1/promises/{promise_id}/attempts": {"outcome": "busy"},
    "/api/v1/promises/{promise_id}/withdrawal": {"reason": "Not needed"},
    "/api/v1/promises/{promise_id}/window": {"due_by": (now() + timedelta(days=1)).isoformat()},
    "/api/v1/promises/{promise_id}/owner": {"person": None},
    "/api/v1/agents/{agent_id}/state": {"state": "break"},
    "/api/v1/conversations/{conversation_id}/snooze": {"until": (now() + timedelta(days=1)).isoformat()},
}


@pytest.fixture
def ids(people: Cast, conversation: Conversation, settings) -> dict[str, UUID]:
    settings.OUTGOING_ALLOW = ("127.0.0.1",)
    webhook, _ = webhooks.promise(NOWHERE, ["*"], actor=people.admin, brand=people.brand)
    file = files.store(b"a picture")
    attachment = Attachment.objects.create(
        message=conversation.messages.get(), file=file, name="a.png", media_type="image/png", size=9
    )
    return {
        "conversation_id": conversation.pk,
        "customer_id": conversation.customer_id,
        "receipt_id": Receipt.objects.get().pk,
        "attachment_id": attachment.pk,
        **ties_of(people, conversation),
        "case_id": conversations.open_case(conversation, actor=people.alice).case_id,
        "merge_id": merge(conversation.customer, somebody(people, "Erik"), actor=people.alice).pk,
        "name": tag_named("Refund", actor=people.lead).name,
        "other": somebody(people, "Frits").pk,
        "webhook_id": webhook.pk,
        "call_id": webhooks.test(webhook).pk,
        "agent_id": people.alice.pk,
        "offer_id": offer_of(people, conversation).pk,
    }


def offer_of(people: Cast, conversation: Conversation) -> Offer:
    placement = place_in(conversation, routing.open_queue(people.brand, "Service"))
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.OFFERED, person=people.alice)
    return Offer.objects.create(placement=placement, person=people.alice, expires_at=now() + timedelta(minutes=1))


def ties_of(people: Cast, conversation: Conversation) -> dict[str, UUID]:
    """One of each kind, with the conversations that they need: of the same customer, and without receipts."""
    merged, second, third = (
        Conversation.objects.create(
            customer=conversation.customer, account=conversation.account, brand=conversation.brand
        )
        for _ in range(3)
    )
    said = [second.messages.create(account=second.account, direction="note", text="Hello") for _ in range(2)]
    made = conversations.split(second, said[1], actor=people.alice)
    return {
        "other_conversation": third.pk,
        "conversation_merge_id": conversations.merge(conversation, merged, actor=people.alice).pk,
        "split_id": conversations.merge(conversation, second, actor=people.alice) and made.pk,
        "link_id": conversations.link(conversation, third, actor=people.alice).pk,
        "message_id": said[0].pk,
        "promise_id": promises.make_in(
            promises.Wanted(kind="answer", due_by=now() + timedelta(hours=1)), conversation, actor=people.alice
        ).pk,
    }


def somebody(people: Cast, name: str) -> Customer:
    address = Address("mail", f"{name}@example.net")
    return recognise(address, base_id=people.brand.base_id, proof=Proof.USUAL, at=now(), name=name)


def every_operation() -> list[tuple[str, str]]:
    paths = described.get_openapi_schema()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def ask(client: Client, method: str, path: str, ids: dict[str, UUID]):
    said = SAID.get(path) or _said(path, ids)
    body = {"data": json.dumps(said), "content_type": "application/json"} if method in ("post", "patch", "put") else {}
    answer = getattr(client, method)(path.format(**ids), **body)
    if answer.streaming:
        list(answer.streaming_content)
    return answer


def _said(path: str, ids: dict[str, UUID]) -> dict[str, str]:
    if path.endswith("/promises"):
        return {"conversation": str(ids["conversation_id"]), "kind": "answer", "due_by": "2036-01-01T00:00:00Z"}
    if path.endswith("/splits"):
        return {"message": str(ids["message_id"])}
    if path.endswith(("/merges", "/links")):
        return {"other": str(ids["other_conversation" if "/conversations/" in path else "other"])}
    if path.endswith("/cases") or ("/cases/" in path and path.endswith("/conversations")):
        return {"conversation": str(ids["other_conversation"])}
    return {"title": "Another title"} if path.endswith("{case_id}") else {}


def test_every_operation_is_walked_by_these_tests() -> None:
    assert len(every_operation()) == 60


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer nl_nonsense", "Basic YTpi", "nl_nonsense", "Bearer \u00e9", "Bearer a b"]
)
def test_without_a_token_there_is_nothing(header: str, ids: dict[str, UUID]) -> None:
    client = Client(headers={"Authorization": header} if header else {})
    for method, path in every_operation():
        refused = ask(client, method, path, ids)
        assert refused.status_code == 401, (method, path)
        assert refused["Content-Type"] == "application/problem+json", (method, path)
        assert refused["WWW-Authenticate"].startswith("Bearer"), (method, path)


def test_a_persons_session_opens_nothing(people: Cast, ids: dict[str, UUID]) -> None:
    client = Client()
    client.force_login(people.alice, backend="django.contrib.auth.backends.ModelBackend")
    assert all(ask(client, method, path, ids).status_code == 401 for method, path in every_operation())


def test_a_revoked_token_opens_nothing(ids: dict[str, UUID]) -> None:
    token, secret = give_token("Old")
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get(LISTS[0]).status_code == 200
    revoke(token)
    assert all(ask(client, method, path, ids).status_code == 401 for method, path in every_operation())


@contextmanager
def undone(method: str, path: str) -> Iterator[None]:
    """What one operation does is not there for the next: making the world anew for each takes longer than all of it."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    except BaseException as reason:
        reason.add_note(f"{method} {path}")
        raise


def test_another_brands_token_finds_nothing(
    people: Cast, ids: dict[str, UUID], client_with: Callable[..., Client]
) -> None:
    for method, path in every_operation():
        with undone(method, path):
            finds_nothing(client_with(brand=people.other_brand), method, path, people, ids)


def finds_nothing(client: Client, method: str, path: str, people: Cast, ids: dict[str, UUID]) -> None:
    answer = ask(client, method, path, ids)
    if (method, path) == MAKES:
        assert answer.json()["brand"]["name"] == "Windkracht"
    elif (method, path) in NAMES_ANOTHER:
        assert answer.status_code == 422
        assert answer.content == ask(client, method, path, dict.fromkeys(ids, NO_ID)).content
    elif path == AGENTS:
        assert {one["name"] for one in answer.json()["items"]} == {"Charlie", "Iris"}
    elif path in LISTS:
        assert answer.json() == {"items": [], "next": None, "count": 0}
        assert client.get(path, {"q": "Dora", "customer": ids["customer_id"]}).json()["items"] == []
    else:
        assert answer.status_code == 404
        assert answer.content == ask(client, method, path, dict.fromkeys(ids, NO_ID)).content
    assert not Viewing.objects.exists()
    assert not Closure.objects.exists()
    assert Message.objects.count() == 3
    assert CustomerMerge.objects.get().undone_at is None
    assert Webhook.objects.filter(brand=people.brand, is_active=True).values_list("url", flat=True).get() == NOWHERE
    assert Receipt.objects.get().state == "processed"


def test_its_own_brands_token_finds_it(people: Cast, ids: dict[str, UUID], client_with: Callable[..., Client]) -> None:
    for method, path in every_operation():
        with undone(method, path):
            assert ask(client_with(brand=people.brand), method, path, ids).status_code in DONE


def needed(method: str, path: str) -> Permission:
    if path.startswith(WEBHOOKS):
        return Permission.MANAGE_WEBHOOKS
    if path.endswith("/replay"):
        return Permission.REPLAY
    if path.startswith(("/api/v1/queues", AGENTS)):
        return Permission.WATCH
    if "/receipts" in path:
        return Permission.READ_LEDGER
    return Permission.READ_CONVERSATIONS if method == "get" else Permission.ANSWER


def test_a_scope_opens_only_what_it_says(ids: dict[str, UUID], client_with: Callable[..., Client]) -> None:
    for method, path in every_operation():
        with undone(method, path):
            right = needed(method, path)
            refused = ask(client_with(*(set(Permission) - {right})), method, path, ids)
            assert refused.status_code == 403
            assert f'scope="{right}"' in refused["WWW-Authenticate"]
            assert ask(client_with(right), method, path, ids).status_code in DONE
