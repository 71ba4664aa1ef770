"""Background entrances."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from ninelives.conversations import actions
from ninelives.foundation.reacting import AGAIN


@jobs.task(name="conversations.tell_of_delivery", retry=AGAIN)
def tell_of_delivery(delivery_id: str, **_: Any) -> None:
    actions.tell_of_delivery(UUID(delivery_id))


@jobs.task(name="conversations.take_fetched", retry=AGAIN)
def take_fetched(fetch_id: str, **_: Any) -> None:
    actions.take_fetched(UUID(fetch_id))
