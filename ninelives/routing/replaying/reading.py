"""What came on a day and who was there: two reads, however much it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from ninelives.channels.queries import abilities
from ninelives.routing.engine.arrays import Floats, Whole
from ninelives.routing.models import Placement, Queue

# Nobody works longer than this on one contact: what lies longer was left lying.
LONGEST_WORK = 3600.0


@dataclass(frozen=True, slots=True)
class Sort:
    """What tells contacts apart for whoever sorts them into queues."""

    queue: UUID
    kind: str
    account: UUID
    brand: UUID
    language: str
    tags: frozenset[UUID]
    # Somebody put it there, and there it stays.
    by_hand: bool


@dataclass(frozen=True)
class Seen:
    """Contacts [N] in the order they came, in seconds since `start`: of which sort, when they came, were accepted
    (infinite: never) and left unanswered (infinite: never), and the seconds of work (nan: not measured).

    Of people who were there, `people`: their changes [E], with what they wanted to do from then on as a set of kinds
    that they did not want; None: nothing at all.
    """

    start: datetime
    seconds: float
    sorts: tuple[Sort, ...]
    sort: Whole
    came: Floats
    accepted: Floats
    left: Floats
    work: Floats
    people: tuple[UUID, ...]
    changed_at: Floats
    changer: Whole
    without: tuple[frozenset[str] | None, ...]

    @property
    def is_live(self) -> "np.typing.NDArray[np.bool_]":
        """[N]: whether the customer waits at the screen."""
        live = np.array([abilities(sort.kind).live for sort in self.sorts], dtype=bool)
        return live[self.sort] if len(self.sorts) else np.zeros(0, dtype=bool)


def read_day(start: datetime, end: datetime) -> Seen:
    queues = list(Queue.objects.values_list("pk", flat=True))
    is_tagged = Queue.tags.through.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS.format(tags=_TAGS if is_tagged else "''"), _given(start, end, queues))
        contacts = cursor.fetchall()
        cursor.execute(_PEOPLE, {"start": start, "end": end})
        changes = cursor.fetchall()
    return _seen(start, end, contacts, changes)


def _given(start: datetime, end: datetime, queues: list[UUID]) -> dict[str, Any]:
    aside = [Placement.Why.MOVED, Placement.Why.MERGED, Placement.Why.SNOOZED, Placement.Why.WITHDRAWN]
    return {"start": start, "end": end, "queues": queues, "aside": [str(one) for one in aside]}


# What tells them apart in one column, as there are few sorts; times as seconds. Whatever went elsewhere before anybody
# had it is left out: it waits there.
_CONTACTS = """
    SELECT concat_ws('|', placement.queue_id, placement.kind, conversation.account_id, conversation.brand_id,
               coalesce(nullif(record.language, ''), nullif(customer.language, ''), brand.language),
               placement.by_person_id IS NOT NULL OR placement.by_token_id IS NOT NULL, {tags}),
           extract(epoch FROM placement.at - %(start)s)::float8,
           extract(epoch FROM placement.accepted_at - %(start)s)::float8,
           extract(epoch FROM placement.ended_at - %(start)s)::float8,
           placement.why = 'left'
    FROM routing_placement placement
    JOIN conversations_conversation conversation ON conversation.id = placement.conversation_id
    JOIN accounts_brand brand ON brand.id = conversation.brand_id
    JOIN customers_customer customer ON customer.id = conversation.customer_id
    LEFT JOIN customers_customer record ON record.id = customer.root_id
    WHERE placement.queue_id = ANY(%(queues)s) AND placement.at >= %(start)s AND placement.at < %(end)s
      AND placement.purpose = 'serve' AND NOT (placement.accepted_at IS NULL AND placement.why = ANY(%(aside)s))
    ORDER BY placement.at, placement.id
"""
_TAGS = """coalesce((
    SELECT string_agg(tagging.tag_id::text, ',') FROM conversations_tagging tagging
    WHERE tagging.conversation_id = placement.conversation_id AND tagging.ended_at IS NULL), '')"""
_PEOPLE = """
    SELECT person_id, greatest(extract(epoch FROM at - %(start)s), 0)::float8,
           extract(epoch FROM coalesce(ended_at, %(end)s) - %(start)s)::float8,
           state IN ('available', 'wrap_up'), without
    FROM routing_presence
    WHERE at < %(end)s AND (ended_at IS NULL OR ended_at > %(start)s) ORDER BY at, id
"""


def _seen(start: datetime, end: datetime, contacts: Sequence[Any], changes: Sequence[Any]) -> Seen:
    found: dict[str, int] = {}
    sort = np.array([found.setdefault(row[0], len(found)) for row in contacts], dtype=np.int64)
    times = np.array([row[1:4] for row in contacts], dtype=np.float64).reshape(-1, 3)
    has_left = np.array([row[4] for row in contacts], dtype=bool)
    accepted = np.where(np.isnan(times[:, 1]), inf, times[:, 1])
    people: dict[UUID, int] = {}
    rows = list(_changes(changes, people))
    return Seen(
        start=start,
        seconds=(end - start).total_seconds(),
        sorts=tuple(map(_sort, found)),
        sort=sort,
        came=times[:, 0],
        accepted=accepted,
        left=np.where(has_left, times[:, 2], inf),
        work=np.clip(times[:, 2] - times[:, 1], 1.0, LONGEST_WORK),
        people=tuple(people),
        changed_at=np.array([row[0] for row in rows], dtype=np.float64),
        changer=np.array([row[1] for row in rows], dtype=np.int64),
        without=tuple(row[2] for row in rows),
    )


def _changes(changes: Sequence[Any], people: dict[UUID, int]) -> list[tuple[float, int, frozenset[str] | None]]:
    """A state ends where the next begins; the last of somebody ends by itself."""
    rows: list[tuple[float, int, frozenset[str] | None]] = []
    ends: dict[int, float] = {}
    for person, at, ended, takes_work, without in changes:
        place = people.setdefault(person, len(people))
        rows.append((at, place, frozenset(without) if takes_work else None))
        ends[place] = ended
    rows += [(ended, place, None) for place, ended in ends.items()]
    return sorted(rows, key=lambda row: (row[0], row[2] is not None, row[1]))


def _sort(told: str) -> Sort:
    queue, kind, account, brand, language, by_hand, *tags = told.split("|")
    named = frozenset(UUID(tag) for tag in tags[0].split(",") if tag) if tags else frozenset()
    return Sort(UUID(queue), kind, UUID(account), UUID(brand), language, named, by_hand == "t")
