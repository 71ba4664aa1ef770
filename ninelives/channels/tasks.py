"""Background entrances."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from ninelives.channels.looking import look_at


@jobs.task(name="channels.look_at")
def look_at_account(account_id: str, **_: Any) -> None:
    look_at(UUID(account_id))
