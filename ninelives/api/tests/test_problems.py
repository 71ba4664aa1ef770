"""Whatever is wrong, a machine can read what."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.functional import lazy
from django.utils.translation import get_language
from ninja.errors import Throttled

from ninelives.api import conversations, problems
from ninelives.conversations.models import Conversation

CONVERSATIONS = "/api/v1/conversations"


def is_problem(answer, status: int, kind: str) -> bool:
    told = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert told["status"] == answer.status_code
    assert told["title"]
    assert told["detail"]
    return (told["status"], told["type"]) == (status, f"urn:problem-type:ninelives:{kind}")


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/nothing", "/api/v1/conversations/", "/api/v1/docs", "/api/v1/%ff"]
)
def test_an_address_that_is_not_there(client: Client, path: str) -> None:
    assert is_problem(client.get(path), 404, "not-found")


def test_a_method_that_is_not_there(api: Client) -> None:
    refused = api.put(CONVERSATIONS)
    assert is_problem(refused, 405, "method-not-allowed")
    assert refused["Allow"] == "GET"


def test_an_id_that_is_none(api: Client) -> None:
    refused = api.get(f"{CONVERSATIONS}/42")
    assert is_problem(refused, 422, "invalid")
    assert refused.json()["errors"][0]["field"] == "conversation_id"


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe\xfa", b"\x80", b'{"text": "\xff"}', b"nothing", b"[" * 100_000, b"9" * 5000]
)
def test_a_body_that_is_not_json(api: Client, conversation: Conversation, body: bytes) -> None:
    refused = api.post(f"{CONVERSATIONS}/{conversation.pk}/messages", body, content_type="application/json")
    assert is_problem(refused, 400, "malformed")


def test_a_body_that_is_too_large(api: Client, conversation: Conversation) -> None:
    body = b'{"text": "' + b"x" * 5_000_001 + b'"}'
    refused = api.post(f"{CONVERSATIONS}/{conversation.pk}/messages", body, content_type="application/json")
    assert is_problem(refused, 413, "too-large")


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (ZeroDivisionError("secret"), 500, "unexpected"),
        (OperationalError("secret"), 503, "unavailable"),
        (Throttled(wait=7), 429, "too-many-requests"),
    ],
)
def test_our_own_faults_tell_nothing_more(
    api: Client, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, kind: str
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(conversations, "_asked", fail)
    answer = api.get(CONVERSATIONS)
    assert is_problem(answer, status, kind)
    assert b"secret" not in answer.content


def test_a_problem_is_told_in_the_readers_language(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told = problems.Kind("unauthorized", 401, "Title", lazy(get_language, str)())
    monkeypatch.setattr(problems, "UNAUTHORIZED", told)
    for asked, heard in (("nl-NL,nl;q=0.9", "nl"), ("en", "en"), ("xx", "en"), ("\0", "en")):
        answer = client.get(CONVERSATIONS, headers={"Accept-Language": asked})
        assert answer.json()["detail"] == answer["Content-Language"] == heard


def test_the_description_is_public_and_complete(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    described = answer.json()
    assert described["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    for methods in described["paths"].values():
        for operation in methods.values():
            assert "4XX" in operation["responses"]
            assert operation["security"]
