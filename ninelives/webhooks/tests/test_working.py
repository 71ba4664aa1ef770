"""The worker's part, as it runs: told at once, and nobody waits for somebody slow."""

import socket
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from ninelives.foundation.models import Bookmark
from ninelives.webhooks import actions, working
from ninelives.webhooks.models import Call, Webhook
from ninelives.webhooks.tests.conftest import promise
from tests.cast import Cast, dora_writes
from tests.receivers import Receiver, status
from tests.servers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stopped before the database is emptied, whatever hangs."""
    monkeypatch.setattr(working, "LAST_WORDS", 0.5)
    stop = threading.Event()

    def work() -> None:
        working.run(stop)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def states() -> set[str]:
    return set(Call.objects.values_list("state", flat=True))


def test_what_happens_is_told_at_once(cast: Cast, receiver: Receiver, worker: None) -> None:
    _, secret = promise(receiver, cast)
    dora_writes(cast)
    opened, received = receiver.wait_for(2)
    assert [one.verified(secret)["type"] for one in (opened, received)] == ["conversation.opened", "message.received"]
    wait_for(lambda: states() == {"succeeded"}, "both written down")


def test_somebody_slow_keeps_nobody_waiting(cast: Cast, receiver: Receiver, worker: None) -> None:
    is_over = threading.Event()

    def hangs(line: socket.socket) -> None:
        is_over.wait(60)

    with Receiver(always=hangs) as slow:
        for _ in range(20):
            stuck, _ = promise(slow, cast)
            for _ in range(3):
                actions.test(stuck)
        slow.wait_for(20)
        quick, _ = promise(receiver, cast)
        for _ in range(30):
            actions.test(quick)
        receiver.wait_for(30)
        wait_for(lambda: quick.calls.filter(state="succeeded").count() == 30, "all of the quick one's")
        assert not Call.objects.filter(state="succeeded").exclude(webhook=quick).exists()
        is_over.set()


def test_who_fails_is_called_again_by_itself(
    cast: Cast, receiver: Receiver, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _ = promise(receiver, cast)
    receiver.says = [status(500)]
    actions.test(webhook)
    wait_for(lambda: states() == {"failed"}, "the failure")
    first, second = receiver.wait_for(2)
    assert first.id == second.id
    wait_for(lambda: states() == {"succeeded"}, "success at last")


def test_without_webhooks_facts_are_left_behind(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _ = promise(receiver, cast)
    actions.forget(webhook)
    dora_writes(cast)
    before = Bookmark.objects.get().window_from
    working.Caller(threading.Event())._tidy()
    assert Bookmark.objects.get().window_from > before
    assert not Webhook.objects.exists()


def test_without_webhooks_nobody_looks_again_and_again(cast: Cast) -> None:
    stop = threading.Event()
    caller = working.Caller(stop)
    pauses: list[float] = []

    def read(pause: float) -> None:
        pauses.append(pause)
        caller._take(working.Letter())
        if len(pauses) == 3:
            stop.set()

    caller._read_letters = read  # type: ignore[method-assign]
    caller._work()
    assert pauses == [working.LATER] * 3
