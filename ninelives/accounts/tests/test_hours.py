"""Opening hours: read as people write them, and reckoned in the organisation's time."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninelives.accounts.actions import open_on_date, open_on_weekdays
from ninelives.accounts.hours import BadHoursError, Opening, Span, opening, spans, weekly, written
from ninelives.accounts.models import OpeningHours
from ninelives.accounts.queries import opening_of, said_hours
from tests.cast import make_cast

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE = "mo-fr 09:00-17:30, sa 10:00-16:00"
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def asked(text: str, moment: datetime, **dates: str) -> Opening:
    others = {date.fromisoformat(day): spans(times) if times else [] for day, times in dates.items()}
    return opening(weekly(text), others, moment, ZONE)


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("mo-fr 09:00-17:30", "mo-fr 09:00-17:30"),
        ("Ma-Vr 9:00-17.30, za 10:00 – 16:00", "mo-fr 09:00-17:30, sa 10:00-16:00"),
        ("do 09:00-12:00 13:00-17:00", "th 09:00-12:00 13:00-17:00"),
        ("maandag-woensdag 09:00-12:00", "mo-we 09:00-12:00"),
        ("fr-mo 10:00-11:00", "mo 10:00-11:00, fr-su 10:00-11:00"),
        ("sa 22:00-02:00", "sa 22:00-24:00, su 00:00-02:00"),
        ("mo-su 00:00-24:00", "mo-su 00:00-24:00"),
        ("", ""),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, then: str) -> None:
    assert written(weekly(text)) == then
    assert weekly(then) == weekly(text)


@pytest.mark.parametrize(
    "text",
    [
        "mo",
        "xx 09:00-17:00",
        "mo 9-17",
        "mo 09:00-25:00",
        "mo 09:60-10:00",
        "mo 09:00-09:00",
        "09:00-17:00",
        "mo 09:00-",
    ],
)
def test_what_is_not_understood_is_named(text: str) -> None:
    with pytest.raises(BadHoursError) as bad:
        weekly(f"tu 09:00-17:00, {text}")
    assert bad.value.part.strip() in text


@given(st.text(max_size=40) | st.from_regex(r"\A[a-z]{2}-[a-z]{2} [0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d\Z"))
def test_any_words_are_hours_or_not(text: str) -> None:
    with suppress(BadHoursError):
        found = weekly(text)
        assert weekly(written(found)) == {
            day: sorted(spans, key=lambda span: span.opens) for day, spans in found.items()
        }


def test_without_hours_it_is_always_open() -> None:
    assert asked("", at(MONDAY, 3)) == Opening(True)
    assert not asked("", at(MONDAY, 3), **{"2026-11-23": ""}).is_open


def test_open_and_closed_and_when_it_opens() -> None:
    assert asked(OFFICE, at(MONDAY, 9)) == Opening(True)
    assert asked(OFFICE, at(MONDAY, 17, 30)) == Opening(False, at(date(2026, 11, 24), 9))
    assert asked(OFFICE, at(date(2026, 11, 28), 16)) == Opening(False, at(date(2026, 11, 30), 9))
    assert asked("mo 09:00-12:00 13:00-17:00", at(MONDAY, 12, 30)) == Opening(False, at(MONDAY, 13))


def test_one_date_is_otherwise() -> None:
    assert asked(OFFICE, at(MONDAY, 10), **{"2026-11-23": ""}).opens_at == at(date(2026, 11, 24), 9)
    assert asked(OFFICE, at(MONDAY, 20), **{"2026-11-23": "19:00-21:00"}) == Opening(True)


def test_the_hours_are_of_the_organisations_clock_through_summer_and_winter() -> None:
    summer, winter = datetime(2026, 7, 6, 7, 30, tzinfo=UTC), datetime(2026, 12, 7, 7, 30, tzinfo=UTC)
    assert asked(OFFICE, summer).is_open
    assert asked(OFFICE, winter) == Opening(False, at(date(2026, 12, 7), 9))
    # The Saturday before the clock goes back, until the Monday after.
    assert asked("mo 09:00-10:00", at(date(2026, 10, 24), 12)).opens_at == at(date(2026, 10, 26), 9)


def test_closed_for_months_says_no_day() -> None:
    assert opening({0: []}, {}, at(MONDAY, 10), ZONE) == Opening(False)


@pytest.mark.django_db
def test_hours_are_a_brands_own_and_replaced_whole() -> None:
    cast = make_cast()
    open_on_weekdays(cast.brand, weekly("mo-su 00:00-24:00"))
    open_on_weekdays(cast.brand, weekly(OFFICE))
    open_on_date(cast.brand, MONDAY, [])
    open_on_date(cast.brand, date(2026, 12, 24), [Span(540, 1500)])
    weeks, dates = said_hours(cast.brand)
    assert written(weeks) == OFFICE
    assert dates == {MONDAY: [], date(2026, 12, 24): [Span(540, 1440)]}
    assert not opening_of(cast.brand, at(MONDAY, 10)).is_open
    assert opening_of(cast.other_brand, at(MONDAY, 10)).is_open
    open_on_date(cast.brand, MONDAY, None)
    assert opening_of(cast.brand, at(MONDAY, 10)).is_open
    assert OpeningHours.objects.filter(brand=cast.other_brand).count() == 0
