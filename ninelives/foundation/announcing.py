"""Facts: a row in the same transaction as the change it tells, and a job for each reaction.

A side story never runs inside the main one. Which reactions belong to which fact stands in `ninelives/reactions.py`
and is registered once, at start-up; there are no priorities, wildcards, return values or synchronous listeners.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app as jobs

from ninelives.foundation.batches import Batch
from ninelives.foundation.live import notices, wake

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
    reactions = _reactions.get(name, ())
    if not reactions:
        facts.add((name, json.dumps(told)))
        return
    facts.write_held()
    number = _write([(name, json.dumps(told))])
    for task in reactions:
        jobs.configure_task(task).defer(fact_id=number, **told)


def _write(told: list[tuple[str, str]]) -> int:
    """In this order; the number of the last."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [[name for name, _ in told], [fact for _, fact in told]])
        (number,) = cursor.fetchone() or (0,)
    # Those who read on.
    wake(FACTS)
    return int(number)


_WRITTEN = """
    WITH written AS (
        INSERT INTO foundation_fact (name, told)
        SELECT name, told::jsonb FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS one (name, told, place)
        ORDER BY place RETURNING id
    )
    SELECT max(id) FROM written
"""


def _write_all(told: list[tuple[str, str]]) -> None:
    _write(told)


facts = Batch("facts", _write_all)


@contextmanager
def told_together() -> Iterator[None]:
    """Facts and signals of a deed, in one statement each at its end. Within its transaction; a savepoint in it that may
    be rolled back has a block of its own, or what was held there would be told all the same."""
    with notices.gathered(), facts.gathered():
        yield


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
