"""Background entrances."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from ninelives.customers import actions
from ninelives.foundation.reacting import AGAIN


@jobs.task(name="customers.join_if_safe", retry=AGAIN)
def join_if_safe(customer_id: str, other_id: str, **_: Any) -> None:
    actions.join_if_safe(UUID(customer_id), UUID(other_id))
