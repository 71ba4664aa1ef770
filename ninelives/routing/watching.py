"""Figures of a day for whoever watches: what came, what was answered in time, and how the work is spread."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from ninelives.routing.capacity import WHOLE, loads

# A usual day is the mean of the same weekday in so many weeks before.
WEEKS = 4


@dataclass(frozen=True, slots=True)
class Today:
    """Of a queue: what came, of that who was answered and how many within its target, and who left."""

    came: int = 0
    answered: int = 0
    in_time: int = 0
    left: int = 0

    @property
    def share(self) -> float | None:
        """Of those that were decided; None where none was."""
        return self.in_time / (self.answered + self.left) if self.answered + self.left else None


_TODAY = """
    SELECT placement.queue_id, count(*), count(*) FILTER (WHERE accepted_at IS NOT NULL),
           count(*) FILTER (WHERE accepted_at <= counts_from + queue.within * interval '1 second'),
           count(*) FILTER (WHERE accepted_at IS NULL AND why = 'left')
    FROM routing_placement placement JOIN routing_queue queue ON queue.id = placement.queue_id
    WHERE placement.queue_id = ANY(%s) AND placement.purpose = 'serve' AND placement.at >= %s
    GROUP BY 1
"""


def today(queues: Collection[UUID], since: datetime) -> dict[UUID, Today]:
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, [list(queues), since])
        return {queue: Today(*counts) for queue, *counts in cursor.fetchall()}


_HOURS = """
    SELECT day, floor(extract(epoch FROM placement.at - day) / 3600)::int, count(*)
    FROM unnest(%s::timestamptz[]) AS day
    JOIN routing_placement placement
        ON placement.at >= day AND placement.at < day + interval '1 day' AND placement.queue_id = ANY(%s)
        AND placement.purpose = 'serve'
    GROUP BY 1, 2
"""


def by_hour(queues: Collection[UUID], midnight: datetime) -> tuple[list[int], list[float]]:
    """What came in each of the day's 24 hours, and on a usual day."""
    days = [midnight - timedelta(weeks=back) for back in range(WEEKS + 1)]
    counts: defaultdict[datetime, list[int]] = defaultdict(lambda: [0] * 24)
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, [days, list(queues)])
        for day, hour, count in cursor.fetchall():
            counts[day][min(hour, 23)] += count
    earlier = [counts[day] for day in days[1:] if day in counts]
    usual = [sum(day[hour] for day in earlier) / len(earlier) if earlier else 0.0 for hour in range(24)]
    return counts[days[0]], usual


@dataclass(frozen=True, slots=True)
class Worked:
    """Of a person today: how many they took, and which share of the time in which they were there they had work.

    Work is weighed as a channel weighs: three chats at once are one whole person, and so is one call.
    """

    taken: int = 0
    occupied: float = 0.0


_WORKED = """
    SELECT person_id, kind, count(*) FILTER (WHERE accepted_at >= %(since)s),
           sum(extract(epoch FROM coalesce(ended_at, %(now)s) - greatest(accepted_at, %(since)s)))::float
    FROM routing_placement
    WHERE person_id = ANY(%(people)s) AND accepted_at IS NOT NULL AND coalesce(ended_at, %(now)s) > %(since)s
    GROUP BY 1, 2
"""
_THERE = """
    SELECT person_id, sum(extract(epoch FROM coalesce(ended_at, %(now)s) - greatest(at, %(since)s)))::float
    FROM routing_presence
    WHERE person_id = ANY(%(people)s) AND state IN ('available', 'wrap_up', 'busy')
      AND coalesce(ended_at, %(now)s) > %(since)s
    GROUP BY 1
"""


def worked(people: Iterable[UUID], since: datetime, at: datetime) -> dict[UUID, Worked]:
    given: dict[str, Any] = {"people": list(people), "since": since, "now": at}
    with connection.cursor() as cursor:
        cursor.execute(_WORKED, given)
        rows = cursor.fetchall()
        cursor.execute(_THERE, given)
        there = dict(cursor.fetchall())
    weights = loads({kind for _, kind, _, _ in rows})
    taken: defaultdict[UUID, int] = defaultdict(int)
    seconds: defaultdict[UUID, float] = defaultdict(float)
    for person, kind, count, lasted in rows:
        taken[person] += count
        seconds[person] += lasted * weights[kind].weight / WHOLE
    return {
        person: Worked(taken[person], min(1.0, seconds[person] / there[person]) if there.get(person) else 0.0)
        for person in {*taken, *there}
    }
