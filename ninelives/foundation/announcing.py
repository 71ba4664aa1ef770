"""Facts: a row in the same transaction as the change it tells, and a job for each reaction.

A side story never runs inside the main one. Which reactions belong to which fact stands in `ninelives/reactions.py`
and is registered once, at start-up; there are no priorities, wildcards, return values or synchronous listeners.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app as jobs

from ninelives.foundation.live import channel_of

# Whoever reads the numbered facts (reading.py) is woken on this queue.
FACTS = "facts"

_reactions: dict[str, tuple[str, ...]] = {}


def register(table: Mapping[type, Iterable[str]]) -> None:
    """Take in the table of reactions: fact class → names of tasks."""
    _reactions.clear()
    _reactions.update({fact.__name__: tuple(tasks) for fact, tasks in table.items()})


class Told(Protocol):
    """A fact: a frozen dataclass of ids and plain values."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def announce(fact: Told) -> None:
    """Write down that something happened and queue its reactions; both vanish when the transaction does."""
    told = {name: _plain(value) for name, value in asdict(fact).items()}
    name = type(fact).__name__
    number = _write(name, told)
    for task in _reactions.get(name, ()):
        jobs.configure_task(task).defer(fact_id=number, **told)


def _write(name: str, told: Mapping[str, Any]) -> int:
    """Its number. Those who read on are woken in the same statement, as facts are told all day."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [name, json.dumps(told), channel_of(FACTS)])
        (number, _) = cursor.fetchone() or (0, None)
        return int(number)


_WRITTEN = """
    WITH written AS (INSERT INTO foundation_fact (name, told) VALUES (%s, %s::jsonb) RETURNING id)
    SELECT id, pg_notify(%s, '') FROM written
"""


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
