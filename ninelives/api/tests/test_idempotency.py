"""A request with an Idempotency-Key is done once."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from ninelives.api import idempotency
from ninelives.api.models import RememberedAnswer
from ninelives.conversations.models import Closure, Conversation, Message
from ninelives.foundation.clock import now
from tests.cast import bearer, make_cast, writes


def say(api: Client, conversation: Conversation, text: str, key: str):
    return api.post(
        f"/api/v1/conversations/{conversation.pk}/messages",
        json.dumps({"text": text}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_the_same_request_is_answered_the_same(api: Client, conversation: Conversation) -> None:
    first, second = (say(api, conversation, "Hello", "one") for _ in range(2))
    assert (second.status_code, second.content) == (first.status_code, first.content) == (201, first.content)
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert conversation.messages.filter(direction="outbound").count() == 1


def test_the_same_key_for_something_else_is_refused(api: Client, conversation: Conversation) -> None:
    say(api, conversation, "Hello", "one")
    refused = say(api, conversation, "Goodbye", "one")
    assert refused.status_code == 422
    assert refused.json()["type"].endswith(":key-reused")
    assert (
        api.post(f"/api/v1/conversations/{conversation.pk}/closure", headers={"Idempotency-Key": "one"}).status_code
        == 422
    )
    assert conversation.messages.filter(direction="outbound").count() == 1


def test_a_key_is_a_tokens_own(api: Client, conversation: Conversation, client_with: Callable[..., Client]) -> None:
    say(api, conversation, "Hello", "one")
    other = say(client_with(), conversation, "Hello", "one")
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other
    assert conversation.messages.filter(direction="outbound").count() == 2


def test_what_was_refused_may_be_sent_again(api: Client, conversation: Conversation) -> None:
    assert say(api, conversation, "", "one").status_code == 422
    assert not RememberedAnswer.objects.exists()
    assert say(api, conversation, "Hello", "one").status_code == 201


def test_closing_and_replaying_honour_a_key(api: Client, conversation: Conversation) -> None:
    for path in (f"conversations/{conversation.pk}/closure", f"receipts/{Message.objects.get().receipt_id}/replay"):
        first, second = (api.post(f"/api/v1/{path}", headers={"Idempotency-Key": path[:8]}) for _ in range(2))
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert second["Idempotency-Replayed"] == "true"
    assert Closure.objects.count() == 1


def test_without_a_key_everything_is_done(api: Client, conversation: Conversation) -> None:
    assert [say(api, conversation, "Hello", "").status_code for _ in range(2)] == [201, 201]
    assert conversation.messages.filter(direction="outbound").count() == 2


@pytest.mark.parametrize("key", ["k" * 201, "sleutel-é", "a\tb"])
def test_a_key_that_cannot_be_used_is_refused(api: Client, conversation: Conversation, key: str) -> None:
    refused = say(api, conversation, "Hello", key)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["location"] == "header"
    assert refused.json()["errors"][0]["field"] == "Idempotency-Key"


def test_old_answers_are_pruned_and_still_nothing_is_said_twice(api: Client, conversation: Conversation) -> None:
    first = say(api, conversation, "Hello", "one").json()
    assert idempotency.prune() == 0
    RememberedAnswer.objects.update(at=now() - timedelta(hours=25))
    assert idempotency.prune() == 1
    assert say(api, conversation, "Hello", "one").json()["id"] == first["id"]
    assert say(api, conversation, "Something else", "one").status_code in (201, 422)


def test_a_fault_leaves_nothing_half_done(
    api: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_answer", lambda status: 1 / 0)
        assert say(api, conversation, "Hello", "one").status_code == 500
    assert not RememberedAnswer.objects.exists()
    assert not conversation.messages.filter(direction="outbound").exists()
    assert say(api, conversation, "Hello", "one").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_at_once_it_is_done_once() -> None:
    conversation, headers = writes(make_cast().mailbox, "Hello"), bearer()
    start, answers = threading.Barrier(4), []

    def send() -> None:
        start.wait()
        answers.append(say(Client(headers=headers), conversation, "Hello", "one"))
        connection.close()

    together = [threading.Thread(target=send) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert Message.objects.filter(direction="outbound").count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_hears_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT", "100ms")
    conversation, headers = writes(make_cast().mailbox, "Hello"), bearer()
    begun, may_end = threading.Event(), threading.Event()

    def slowly(status: object) -> object:
        begun.set()
        may_end.wait(10)
        raise RuntimeError

    def send() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(idempotency, "_answer", slowly)
            say(Client(headers=headers), conversation, "Hello", "one")
        connection.close()

    slow = threading.Thread(target=send)
    slow.start()
    begun.wait(10)
    second = say(Client(headers=headers), conversation, "Hello", "one")
    may_end.set()
    slow.join()
    assert second.status_code == 409
    assert second["Retry-After"] == "1"
    assert say(Client(headers=headers), conversation, "Hello", "one").status_code == 201
    assert Message.objects.filter(direction="outbound").count() == 1
