"""A brand's hours on one screen: each week, public holidays, and days that are otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from ninelives.accounts import hours
from ninelives.accounts.holidays import COUNTRIES
from ninelives.accounts.hours import BadHoursError, Span
from ninelives.accounts.models import Brand, Person
from ninelives.accounts.queries import coming_holidays, said_hours
from ninelives.workspace.links import link
from ninelives.workspace.setting_up.rows import SetUpTab
from ninelives.workspace.setting_up.words import hours_in_words, times_in_words

_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class DayRow:
    date: date
    iso: str
    name: str
    told: str  # closed, or from when until when
    is_own: bool  # somebody said so
    usual: str  # what its weekday has, as it is written


@dataclass(frozen=True, slots=True)
class BrandHours:
    id: str
    name: str
    brands: tuple[SetUpTab, ...]
    written: str
    lines: tuple[str, ...]
    country: str
    countries: tuple[tuple[str, str], ...]
    holidays: tuple[DayRow, ...]
    own: tuple[DayRow, ...]


def brand_hours(person: Person, brand: Brand, today: date) -> BrandHours:
    weekly, dates = said_hours(brand)
    coming = {day: name for day, name in coming_holidays(brand).items() if today <= day < today + _A_YEAR}
    brands = Brand.objects.filter(pk__in=person.brand_ids).order_by("name")
    return BrandHours(
        id=str(brand.pk),
        name=brand.name,
        brands=tuple(SetUpTab(one.name, link("hours_of", one.pk), one == brand) for one in brands),
        written=hours.written(weekly),
        lines=tuple(hours_in_words(weekly)) or (_("always open, also on holidays"),),
        country=brand.holidays,
        countries=(("", _("none")), *((code, str(name)) for code, name in COUNTRIES)),
        holidays=tuple(_row(day, name, weekly, dates) for day, name in coming.items()) if weekly else (),
        own=tuple(_row(day, "", weekly, dates) for day in sorted(dates) if day >= today and day not in coming),
    )


def _row(day: date, name: str, weekly: dict[int, list[Span]], dates: dict[date, list[Span]]) -> DayRow:
    usual = weekly.get(day.weekday(), [])
    return DayRow(day, day.isoformat(), name, times_in_words(dates.get(day, [])), day in dates, _written(usual))


def _written(spans: Sequence[Span]) -> str:
    return hours.written({0: list(spans)}).partition(" ")[2] if spans else ""


def read_times(text: str) -> list[Span]:
    """Raises BadHoursError; what goes on past midnight is of the next day, and is not taken."""
    found = hours.spans(text)
    if any(span.closes > hours.END_OF_DAY for span in found):
        raise BadHoursError(text)
    return found
