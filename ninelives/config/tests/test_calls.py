"""The providers' door as the server opens it: beside Django, in threads of its own."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from ninelives.channels import actions
from ninelives.channels.adapters.pretend import sign
from ninelives.channels.models import ChannelAccount, Receipt
from ninelives.config import calls
from ninelives.reception.views import providers
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
SAID = json.dumps({"call": "c1", "id": "m1", "from": "dora", "name": "Dora", "text": "Hello?"}).encode()


@pytest.fixture(autouse=True)
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    providers.forget()
    with ThreadPoolExecutor(1) as threads:
        monkeypatch.setattr(calls, "_threads", threads)
        yield
        threads.submit(connections.close_all).result()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@dataclass
class Heard:
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


def ask(path: str, body: bytes = b"", *, method: str = "POST", parts: int = 1, **told: Any) -> Heard:
    headers = {b"host": b"localhost", b"content-length": str(told.pop("length", len(body))).encode()}
    if "secret" in told:
        headers[b"x-pretend-signature"] = sign(body, told.pop("secret")).encode()
    scope = {"type": "http", "method": method, "path": path, "headers": list(headers.items()), "query_string": b""}
    step = len(body) // parts or 1
    pieces = [body[at : at + step] for at in range(0, len(body), step)] or [b""]
    events = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    events[-1]["more_body"] = False
    if told.pop("hangs_up", False):
        events[-1] = {"type": "http.disconnect"}
    heard = Heard()

    async def receive() -> dict[str, Any]:
        return events.pop(0)

    async def send(event: dict[str, Any]) -> None:
        heard.status = event.get("status", heard.status)
        heard.headers |= dict(event.get("headers", []))
        heard.body += event.get("body", b"")

    asyncio.run(calls.answer({**scope, **told}, receive, send))
    return heard


def test_a_signed_call_is_stored_once_and_a_forged_one_is_not(cast: Cast) -> None:
    path = cast.pretend.inbound
    assert ask(path, SAID, secret="somebody else's").status == 403
    assert not Receipt.objects.exists()
    assert [ask(path, SAID, secret="open sesame", parts=parts).status for parts in (1, 3)] == [200, 200]
    assert bytes(Receipt.objects.get().raw or b"") == SAID


def test_what_it_answers_is_no_page(cast: Cast) -> None:
    heard = ask(cast.pretend.inbound, method="GET", query_string=b"challenge=%3Cb%3E42")
    assert (heard.status, heard.body) == (200, b"<b>42")
    assert heard.headers[b"x-content-type-options"] == b"nosniff"
    assert heard.headers[b"content-type"].startswith(b"text/plain")


@pytest.mark.parametrize("path", ["/in/", "/in/pretend", "/in/pretend/x", "/in/nothing/{id}", "/in/pretend/{id}/more"])
def test_where_there_is_no_account_there_is_nothing(cast: Cast, path: str) -> None:
    assert ask(path.format(id=cast.pretend.pk), SAID, secret="open sesame").status == 404
    assert ask(f"/in/pretend/{UUID(int=1)}", SAID, secret="open sesame").status == 404


def test_a_call_in_another_way_or_for_another_host_is_refused(cast: Cast) -> None:
    assert ask(cast.pretend.inbound, SAID, secret="open sesame", method="PUT").status == 405
    assert ask(cast.pretend.inbound, SAID, secret="open sesame", query_string=b"\xff").status == 400


def test_too_large_a_call_is_refused_unread_and_half_a_one_is_not_stored(cast: Cast) -> None:
    assert ask(cast.pretend.inbound, SAID, secret="open sesame", length=5_000_001).status == 413
    assert ask(cast.pretend.inbound, SAID, secret="open sesame", parts=2, hangs_up=True).status == 0
    assert not Receipt.objects.exists()


def test_a_secret_that_was_told_just_now_counts_at_once(cast: Cast) -> None:
    assert ask(cast.pretend.inbound, SAID, secret="open sesame").status == 200
    actions.change_account(cast.pretend, told={"secret": "open barley"})
    assert ask(cast.pretend.inbound, SAID, secret="open barley").status == 200
    assert ask(cast.pretend.inbound, SAID, secret="open sesame").status == 403


def test_an_account_that_is_put_away_is_called_in_vain(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(cast.pretend.inbound, SAID, secret="open sesame").status == 200
    ChannelAccount.objects.filter(pk=cast.pretend.pk).update(is_active=False)
    monkeypatch.setattr(providers, "REMEMBER", 0.0)
    assert ask(cast.pretend.inbound, SAID, secret="open sesame").status == 404
