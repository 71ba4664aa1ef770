"""Signal, then fetch: a signal says that something changed, never what. It leaves at commit and dies with a rollback.

`wake` and `wait_for` are the same road for our own workers.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from ninelives.foundation.address import Address
from ninelives.foundation.batches import Batch

CHANNEL = "ninelives_live"


def signal(topic: str, audience: str) -> None:
    """Tell every open screen of this audience (a brand's id, a customer's `audience_of`) that `topic` changed."""
    _notify(CHANNEL, f"{audience} {topic}")


def audience_of(address: Address) -> str:
    """The customer's own side, where it listens. As a hash: an address may have anything in it."""
    return hashlib.sha256(f"{address.kind}\0{address.value}".encode()).hexdigest()[:32]


def wake(queue: str) -> None:
    """Tell the workers of a queue that there is something to do."""
    _notify(channel_of(queue), "")


def listener_parameters() -> dict[str, Any]:
    """How to reach the database for a connection that only listens."""
    ours = ("cursor_factory", "context")
    return {name: value for name, value in connection.get_connection_params().items() if name not in ours}


@contextmanager
def listening(*queues: str) -> Iterator["Alarm"]:
    """A connection of its own that hears `wake` of each of these."""
    with psycopg.connect(**listener_parameters(), autocommit=True) as listener:
        for queue in queues:
            listener.execute(f"LISTEN {channel_of(queue)}")
        yield Alarm(listener)


class Alarm:
    def __init__(self, listener: psycopg.Connection[Any]) -> None:
        self._listener = listener

    def wait(self, seconds: float) -> bool:
        """Return when woken (True), or after `seconds`: a lost signal costs a moment, never a message."""
        return bool(list(self._listener.notifies(timeout=seconds, stop_after=1)))


def channel_of(queue: str) -> str:
    return f"ninelives_{queue}"


def _notify(channel: str, payload: str) -> None:
    notices.add((channel, payload))


def _send(told: list[tuple[str, str]]) -> None:
    once = list(dict.fromkeys(told))
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [[channel for channel, _ in once], [payload for _, payload in once]])


_SENT = "SELECT pg_notify(channel, payload) FROM unnest(%s::text[], %s::text[]) AS told (channel, payload)"
notices = Batch("notices", _send)
