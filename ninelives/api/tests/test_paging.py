"""Pages that neither skip nor repeat, and counts that stop counting."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from ninelives.api import paging
from ninelives.conversations.models import Conversation
from ninelives.foundation.clock import now
from tests.cast import Cast

CONVERSATIONS = "/api/v1/conversations"


@pytest.fixture
def five(people: Cast, conversation: Conversation) -> list[str]:
    """Newest first; the two newest at the same moment."""
    at = now()
    made = [
        Conversation.objects.create(
            customer=conversation.customer,
            account=people.mailbox,
            brand=people.brand,
            last_at=at - timedelta(hours=max(age, 1)),
        )
        for age in range(5)
    ]
    conversation.delete()
    return [str(each.pk) for each in sorted(made, key=lambda one: (one.last_at, one.pk), reverse=True)]


def pages(api: Client, path: str, limit: int) -> Iterator[list[str]]:
    asked: dict[str, object] = {"limit": limit}
    while True:
        part = api.get(path, asked).json()
        yield [item["id"] for item in part["items"]]
        if part["next"] is None:
            return
        asked["cursor"] = part["next"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 200])
def test_the_pages_are_the_list(api: Client, five: list[str], limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = list(pages(api, CONVERSATIONS, limit))
    assert [one for part in parts for one in part] == five
    assert all(len(part) <= limit for part in parts)


def test_nothing_is_repeated_when_something_new_comes_in_between(api: Client, five: list[str], people: Cast) -> None:
    walk = pages(api, CONVERSATIONS, 2)
    seen = next(walk)
    Conversation.objects.create(
        customer=Conversation.objects.first().customer, account=people.mailbox, brand=people.brand
    )
    assert [*seen, *(one for part in walk for one in part)] == five


def test_customers_and_receipts_have_pages_too(api: Client, five: list[str]) -> None:
    assert sum(len(part) for part in pages(api, "/api/v1/customers", 1)) == 1
    assert sum(len(part) for part in pages(api, "/api/v1/receipts", 1)) == 1


def test_counting_ends_but_not_in_the_ledger(api: Client, five: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 5)
    assert api.get(CONVERSATIONS).json()["count"] == 5
    monkeypatch.setattr(paging, "COUNTED", 4)
    assert api.get(CONVERSATIONS, {"limit": 1}).json()["count"] is None
    monkeypatch.setattr(paging, "COUNTED", 0)
    assert api.get("/api/v1/receipts").json()["count"] == 1


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "bad",
    [
        "x",
        "é",
        "%%%",
        "A" * 5000,
        cursor("yesterday 12"),
        cursor(" 0198c0de-0000-7000-8000-000000000000"),
        cursor("2026-01-01T00:00:00 0198c0de-0000-7000-8000-000000000000"),
        cursor("2026-01-01T00:00:00+00:00 "),
        cursor("\0 \0"),
    ],
)
def test_a_bad_cursor_is_refused(api: Client, bad: str) -> None:
    refused = api.get(CONVERSATIONS, {"cursor": bad})
    assert refused.status_code == 400
    assert refused.json()["type"].endswith(":bad-cursor")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_cursor_at_the_end_of_time_is_no_fault(api: Client, moment: str) -> None:
    end = cursor(f"{moment} 0198c0de-0000-7000-8000-000000000000")
    assert api.get(CONVERSATIONS, {"cursor": end}).status_code in (200, 400)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "9" * 400, "many", "1.5"])
def test_a_limit_has_limits(api: Client, limit: str) -> None:
    refused = api.get(CONVERSATIONS, {"limit": limit})
    assert refused.status_code == 422
    assert [(each["location"], each["field"]) for each in refused.json()["errors"]] == [("query", "limit")]
