"""What other rooms ask of accounts."""

import time
from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ninelives.accounts import hours
from ninelives.accounts.hours import Opening, Span
from ninelives.accounts.models import Actor, Brand, OpeningHours, Organisation, Person
from ninelives.accounts.permissions import Role

_REMEMBER = 30.0
_remembered: tuple[float, Organisation] | None = None


def organisation() -> Organisation:
    """The one organisation; remembered for half a minute, as every page asks for its time zone."""
    global _remembered
    if _remembered is None or time.monotonic() - _remembered[0] > _REMEMBER:
        _remembered = (time.monotonic(), Organisation.objects.first() or Organisation(name="Ninelives"))
    return _remembered[1]


def forget_organisation() -> None:
    global _remembered
    _remembered = None


def works_everywhere(actor: Actor) -> bool:
    """For every brand, those of later too."""
    return actor.role == Role.ADMINISTRATOR if isinstance(actor, Person) else actor.brand_id is None


def hours_of(brand: Brand) -> tuple[dict[int, list[Span]], dict[date, list[Span]]]:
    """On days of the week, and on dates that are otherwise."""
    weekly: defaultdict[int, list[Span]] = defaultdict(list)
    dates: defaultdict[date, list[Span]] = defaultdict(list)
    for row in OpeningHours.objects.filter(brand=brand).order_by("weekday", "date", "opens"):
        spans = weekly[row.weekday] if row.weekday is not None else dates[row.date] if row.date else []
        if row.opens is not None and row.closes is not None:
            spans.append(Span(row.opens, row.closes))
    return dict(weekly), dict(dates)


def opening_of(brand: Brand, at: datetime) -> Opening:
    """Whether a brand is open at this moment, and else when it will be."""
    weekly, dates = hours_of(brand)
    return hours.opening(weekly, dates, at, ZoneInfo(organisation().time_zone))
