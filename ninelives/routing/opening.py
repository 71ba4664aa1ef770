"""When a queue is open: by its own hours, on the dates of its brand that are otherwise too."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ninelives.accounts import hours
from ninelives.accounts.hours import Opening, Span
from ninelives.accounts.queries import hours_of, organisation
from ninelives.routing.models import Queue


def opening_of_queue(queue: Queue, at: datetime) -> Opening:
    """Whether it is open at this moment, and else when it will be."""
    return hours.opening(*hours_of_queue(queue), at, ZoneInfo(organisation().time_zone))


def hours_of_queue(queue: Queue) -> tuple[dict[int, list[Span]], dict[date, list[Span]]]:
    """Its own days of the week, if it has any, and the dates of its brand."""
    return hours_of(queue.brand, hours.weekly(queue.hours) if queue.hours else None)


def not_before(queue: Queue, at: datetime) -> datetime | None:
    """From when on it may be offered; None: at once."""
    if queue.outside == Queue.Outside.WORK:
        return None
    return opening_of_queue(queue, at).opens_at
