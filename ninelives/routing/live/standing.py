"""Who waits and who could take something, as it stands in the database: two reads, however many there are."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ninelives.routing.capacity import has_room
from ninelives.routing.engine.standing import Idle, Waiting
from ninelives.routing.engine.waiting import Estimate
from ninelives.routing.live.book import Book, Reach, name_of

# The matcher looks at who is first in each line. So many more are read than there are people to give to, as some may
# have been passed on by those.
_BEYOND = 20


@dataclass(frozen=True, slots=True)
class Free:
    """Somebody available: what they can serve with the room they have, and what with all room."""

    person: UUID
    idle_since: float
    reach: Reach
    whole: Reach
    is_asked: bool

    @property
    def is_idle(self) -> bool:
        """Somebody who is asked already is asked nothing more."""
        return not self.is_asked and min(self.reach, default=float("inf")) < float("inf")


@dataclass(frozen=True, slots=True)
class Stood:
    """A placement that waits, as the matcher sees it and as it was told."""

    contact: Waiting
    placement: UUID
    conversation: UUID
    queue: UUID
    is_considered: bool
    told: Estimate | None

    def is_held(self, moment: float) -> bool:
        """It was looked at, and is kept for somebody."""
        return self.is_considered and self.contact.until > moment


_ON_DUTY = """
    SELECT person_id FROM routing_presence
    WHERE ended_at IS NULL AND state IN ('available', 'wrap_up', 'break')
"""
# What somebody holds, as one text: of hundreds most hold the same. `full`: what leaves room for nothing more.
_AVAILABLE = """
    SELECT there.person_id, extract(epoch FROM there.idle_since)::float8, there.without,
           coalesce(held.kinds, ''), coalesce(held.asked, false)
    FROM routing_presence there
    LEFT JOIN (
        SELECT person_id, string_agg(kind, ',' ORDER BY kind) AS kinds, bool_or(state = 'offered') AS asked
        FROM routing_placement WHERE state IN ('offered', 'accepted') GROUP BY person_id
    ) held ON held.person_id = there.person_id
    WHERE there.ended_at IS NULL AND there.state = 'available'
        AND (%(full)s::text[] IS NULL OR NOT (coalesce(held.asked, false) OR coalesce(held.kinds, '') = ANY(%(full)s)))
"""


def on_duty(book: Book) -> "Counter[Reach]":
    """How many with each reach."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_DUTY)
        return Counter(book.reaches[person] for (person,) in cursor if person in book.reaches)


def available(book: Book) -> list[Free]:
    """All of them."""
    return list(_available(book, None))


def idle_people(book: Book) -> list[Free]:
    """Those who could be asked now."""
    return [one for one in _available(book, list(book.full)) if one.is_idle]


def _available(book: Book, full: list[str] | None) -> Iterator[Free]:
    with connection.cursor() as cursor:
        cursor.execute(_AVAILABLE, {"full": full})
        rows = cursor.fetchall()
    reaches: dict[tuple[Reach, frozenset[str]], Reach] = {}
    for person, idle_since, without, kinds, asked in rows:
        whole = book.reaches.get(person)
        if whole is None:
            continue
        room = _room_beside(book, kinds) - frozenset(without)
        reach = reaches.get((whole, room))
        if reach is None:
            reach = reaches[whole, room] = book.with_room(whole, room)
        yield Free(person, idle_since, reach, whole, asked)


def _room_beside(book: Book, kinds: str) -> frozenset[str]:
    """The kinds of which there is room for one more beside these."""
    room = book.rooms.get(kinds)
    if room is None:
        held = Counter(kinds.split(",") if kinds else ())
        room = book.rooms[kinds] = frozenset(kind for kind in book.loads if has_room(kind, held, book.loads))
        if not room:
            book.full.add(kinds)
    return room


# Of each class those who came first, and whoever is new, whatever their place. What is not open any more, or is
# somebody's, is about to be followed (`actions/following.py`) and given to nobody until then.
_WAITING = """
    SELECT one.id, one.queue_id, one.kind, one.counts_from, one.known_id, one.held_until, one.passed,
           one.is_considered, one.told_mean, one.told_low, one.told_high, one.conversation_id
    FROM unnest(%(queues)s::uuid[], %(kinds)s::text[]) AS lane (queue, kind)
    CROSS JOIN LATERAL (
        SELECT * FROM routing_placement placement
        WHERE placement.state = 'waiting' AND placement.queue_id = lane.queue AND placement.kind = lane.kind
          AND (placement.not_before IS NULL OR placement.not_before <= %(now)s)
          AND placement.parked_at IS NULL
          AND (placement.purpose <> 'serve' OR EXISTS (
              SELECT FROM conversations_conversation conversation
              WHERE conversation.id = placement.conversation_id AND conversation.status = 'open'
                AND conversation.assignee_id IS NULL AND conversation.snoozed_until IS NULL
          ))
        ORDER BY placement.counts_from LIMIT %(most)s
    ) one
"""


def waiting(book: Book, idle: int, at: datetime) -> list[Stood]:
    given: dict[str, Any] = {
        "queues": [lane.queue.pk for lane in book.lanes],
        "kinds": [lane.kind for lane in book.lanes],
        "now": at,
        "most": idle + _BEYOND,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, given)
        return [_stood(book, row, at) for row in cursor.fetchall()]


def _stood(book: Book, row: tuple[Any, ...], at: datetime) -> Stood:
    pk, queue, kind, since, known, until, passed, considered, mean, low, high, conversation = row
    contact = Waiting(
        # What is to be answered later counts from later; until then it is as one that came just now.
        since=min(since, at).timestamp(),
        contact=str(pk),
        klass=book.places[name_of(queue, kind)],
        known=str(known) if known else None,
        until=until.timestamp() if until else float("-inf"),
        passed=frozenset(map(str, passed)),
    )
    return Stood(contact, pk, conversation, queue, considered, None if mean is None else Estimate(mean, low, high))


def in_line(stood: Iterable[Stood], moment: float) -> list[Waiting]:
    """Those who were looked at before and wait for whoever can."""
    return [one.contact for one in stood if one.is_considered and not one.is_held(moment)]


def newcomers(stood: Iterable[Stood]) -> list[Stood]:
    """In the order in which they came."""
    return sorted((one for one in stood if not one.is_considered), key=lambda one: one.contact)


def idle_of(free: Free, place: int) -> Idle:
    return Idle(free.idle_since, str(free.person), place)
