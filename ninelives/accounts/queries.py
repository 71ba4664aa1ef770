"""What other rooms ask of accounts."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from ninelives.accounts import hours
from ninelives.accounts.holidays import public_holidays
from ninelives.accounts.hours import Opening, Span
from ninelives.accounts.models import Actor, Brand, OpeningHours, Organisation, Person
from ninelives.accounts.permissions import Permission, Role, roles_with
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled

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


def people_who_may(permission: Permission, brands: Iterable[Brand | UUID]) -> QuerySet[Person]:
    """Those who may do this for one of these brands, by name."""
    theirs = Q(brands__in=brands) | Q(role=Role.ADMINISTRATOR)
    found = Person.objects.filter(theirs, is_active=True, role__in=roles_with(permission))
    return found.distinct().order_by("name", "pk")


def hours_of(
    brand: Brand, own: dict[int, list[Span]] | None = None
) -> tuple[dict[int, list[Span]], dict[date, list[Span]]]:
    """On days of the week (`own` instead of the brand's, if given), and on dates that are otherwise: public holidays,
    and what was said of a date, which counts before them. Whoever has no hours never closes, not on holidays either."""
    weekly, dates = said_hours(brand)
    weekly = own or weekly
    return weekly, ({day: [] for day in coming_holidays(brand)} | dates if weekly else dates)


def coming_holidays(brand: Brand) -> dict[date, str]:
    """From the beginning of this year to the end of the next, in order, with their names."""
    year = now().astimezone(ZoneInfo(organisation().time_zone)).year
    return public_holidays(brand.holidays, (year, year + 1), get_language() or brand.language)


def said_hours(brand: Brand) -> tuple[dict[int, list[Span]], dict[date, list[Span]]]:
    """As somebody said them, without holidays."""
    weekly: defaultdict[int, list[Span]] = defaultdict(list)
    dates: defaultdict[date, list[Span]] = defaultdict(list)
    for weekday, day, opens, closes in _hours(brand.pk):
        spans = weekly[weekday] if weekday is not None else dates[day] if day else []
        if opens is not None and closes is not None:
            spans.append(Span(opens, closes))
    return dict(weekly), dict(dates)


@compiled
def _hours(brand: UUID) -> QuerySet[OpeningHours, tuple[int | None, date | None, int | None, int | None]]:
    rows = OpeningHours.objects.filter(brand=brand).order_by("weekday", "date", "opens")
    return rows.values_list("weekday", "date", "opens", "closes")


def opening_of(brand: Brand, at: datetime) -> Opening:
    """Whether a brand is open at this moment, and else when it will be."""
    weekly, dates = hours_of(brand)
    return hours.opening(weekly, dates, at, ZoneInfo(organisation().time_zone))
