"""Providers that call again and again, all at once and in another order: once each, in one conversation, in order."""

import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ninelives.channels.adapters import pretend
from ninelives.channels.delivering import deliver_due
from ninelives.channels.models import Delivery, Receipt
from ninelives.conversations import actions
from ninelives.conversations.models import Conversation, Message
from ninelives.reception.working import take_receipts
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


Calls = Callable[[Sequence[bytes]], None]


@pytest.fixture
def calls(cast: Cast) -> Calls:
    """Four at a time, as a provider does that has many senders of its own."""

    def one(body: bytes) -> int:
        headers = {"X-Pretend-Signature": pretend.sign(body, "open sesame")}
        url = f"/in/pretend/{cast.pretend.pk}"
        try:
            return Client().post(url, body, content_type="application/json", headers=headers).status_code
        finally:
            connection.close()

    def together(bodies: Sequence[bytes]) -> None:
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(one, bodies)) == {200}

    return together


def said(number: int, who: str = "dora", **more: Any) -> bytes:
    told = {"call": f"c{who}{number}", "id": f"m{who}{number}", "from": who, "text": f"{who} says {number}"}
    return json.dumps({**told, **more}).encode()


def work_at_once(workers: int = 3) -> None:
    def work() -> None:
        while Receipt.objects.filter(state="stored").exists():
            take_receipts(limit=4)
        connection.close()

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_is_sent_five_times_in_any_order_stands_once(calls: Calls) -> None:
    bodies = [said(number, who) for who in ("dora", "erik", "fatima") for number in range(6)] * 5
    random.Random(4).shuffle(bodies)
    calls(bodies[:45])
    work_at_once()
    calls(bodies[45:])
    work_at_once()
    assert Message.objects.count() == 18
    assert not Receipt.objects.exclude(state="processed").exists()


def test_the_same_message_in_another_call_is_a_duplicate_that_points_at_the_first(calls: Calls) -> None:
    calls([said(1, call=f"try-{number}") for number in range(5)])
    work_at_once()
    first = Message.objects.get().receipt
    assert set(Receipt.objects.exclude(pk=first.pk).values_list("state", "duplicate_of")) == {("duplicate", first.pk)}


def test_an_album_of_ten_in_parallel_is_one_conversation(calls: Calls) -> None:
    calls([said(0)])
    work_at_once()
    calls([said(number, answers="mdora0") for number in range(1, 11)])
    work_at_once()
    assert Conversation.objects.get().messages.count() == 11


def test_news_of_a_delivery_in_any_order_and_five_times_ends_with_the_furthest(cast: Cast, calls: Calls) -> None:
    calls([said(0)])
    work_at_once()
    answer = actions.answer(Conversation.objects.get(), actor=cast.alice, text="Hello!", key="")
    deliver_due()
    assert answer.delivery
    sent = Delivery.objects.get(pk=answer.delivery.pk)
    news = [
        json.dumps({"call": f"{state}-{number}", "status": state, "id": sent.provider_id}).encode()
        for number in range(5)
        for state in ("read", "delivered", "failed")
    ]
    calls(news)
    work_at_once()
    sent.refresh_from_db()
    # Whether it failed is believed only before it is known to have arrived.
    assert sent.state in {"read", "failed"}
    first = Receipt.objects.filter(key__contains="-").order_by("id")[0]
    assert sent.state == ("failed" if first.key.startswith("failed") else "read")


def test_poison_first_in_the_queue_keeps_nobody_waiting(calls: Calls) -> None:
    poison = [b"{", b"[]", b'{"from": "dora"}', b"\xff\xfe"]
    poison += [b'{"from": "dora", "text": {"a": []}}', b'{"status": "exploded", "id": "x"}', b"[" * 100_000]
    calls(poison)
    calls([said(1), said(1, "erik")])
    work_at_once()
    assert Message.objects.filter(external_id__in=["mdora1", "merik1"]).count() == 2
    assert Receipt.objects.filter(state="quarantined").count() == len(poison)
    assert all(Receipt.objects.filter(state="quarantined").values_list("reason", flat=True))
