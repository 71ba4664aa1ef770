"""Background entrances."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from ninelives.foundation.reacting import AGAIN
from ninelives.promises import actions


@jobs.task(name="promises.keep_by_answer", retry=AGAIN)
def keep_by_answer(message_id: str, **_: Any) -> None:
    actions.keep_by_answer(UUID(message_id))


@jobs.task(name="promises.undo_by_message", retry=AGAIN)
def undo_by_message(message_id: str, **_: Any) -> None:
    actions.undo_by_message(UUID(message_id))


@jobs.task(name="promises.settle_by_delivery", retry=AGAIN)
def settle_by_delivery(delivery_id: str, state: str, **_: Any) -> None:
    actions.settle_by_delivery(UUID(delivery_id), state)
