"""What is offered to be promised lies within the hours of the brand."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninelives.accounts.hours import Span, weekly
from ninelives.promises.slots import Hours, for_a_call, for_an_answer

HERE = ZoneInfo("Europe/Amsterdam")
# A Wednesday.
DAY = date(2026, 12, 2)
OFFICE = Hours(weekly("mo-fr 09:00-12:30 13:00-17:30"), {})
ALWAYS = Hours({}, {})


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE)


def answers(hours: Hours, here: datetime) -> list[tuple[str, str]]:
    return [(slot.key, f"{slot.ends:%a %H:%M}") for slot in for_an_answer(hours, here)]


def calls(hours: Hours, here: datetime) -> list[tuple[str, str]]:
    told = [(slot, slot.starts or here) for slot in for_a_call(hours, here)]
    return [(slot.key, f"{starts:%a %H:%M}-{slot.ends:%H:%M}") for slot, starts in told]


@pytest.mark.parametrize("hours", [OFFICE, ALWAYS])
def test_on_a_usual_day(hours: Hours) -> None:
    assert answers(hours, at(10)) == [("today", "Wed 17:00"), ("tomorrow", "Thu 12:00"), ("friday", "Fri 12:00")]
    assert calls(OFFICE, at(10)) == [
        ("soon", "Wed 10:00-11:00"),
        ("afternoon", "Wed 13:00-17:00"),
        ("morning", "Thu 09:00-12:00"),
        ("afternoon", "Thu 13:00-17:00"),
    ]


def test_no_two_for_the_same_and_none_in_the_weekend() -> None:
    friday = DAY + timedelta(days=2)
    assert answers(OFFICE, at(9, day=friday)) == [
        ("friday", "Fri 12:00"),
        ("today", "Fri 17:00"),
        ("tomorrow", "Mon 12:00"),
    ]
    assert answers(OFFICE, at(18, day=friday)) == [("tomorrow", "Mon 12:00")]
    assert calls(OFFICE, at(18, day=friday))[0] == ("morning", "Mon 09:00-12:00")


def test_at_the_end_of_a_day_and_on_days_that_are_otherwise() -> None:
    assert answers(OFFICE, at(16, 45))[0] == ("tomorrow", "Thu 12:00")
    closed = Hours(OFFICE.weekly, {DAY + timedelta(days=1): [], DAY + timedelta(days=2): [Span(18 * 60, 22 * 60)]})
    assert answers(closed, at(10)) == [("today", "Wed 17:00"), ("tomorrow", "Fri 19:00")]
    assert calls(closed, at(16))[0] == ("soon", "Wed 16:00-17:00")


def test_who_is_never_open_promises_nothing() -> None:
    never = Hours({0: []}, {})
    assert for_an_answer(never, at(10)) == for_a_call(never, at(10)) == []


_spans = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda cut: [Span(a, b) for a, b in zip(sorted(cut)[::2], sorted(cut)[1::2], strict=False)]
)


@given(
    week=st.dictionaries(st.integers(0, 6), _spans),
    days=st.dictionaries(st.integers(0, 9).map(lambda n: DAY + timedelta(days=n)), st.just([]) | _spans),
    minute=st.integers(0, 7 * 1440),
)
def test_within_the_hours_and_to_come(week: dict[int, list[Span]], days: dict[date, list[Span]], minute: int) -> None:
    hours, here = Hours(week, days), at(0) + timedelta(minutes=minute)
    for slot in for_an_answer(hours, here) + for_a_call(hours, here):
        assert here < slot.ends
        assert slot.starts is None or here < slot.starts < slot.ends
    for slot in for_an_answer(hours, here):
        local = slot.ends.hour * 60 + slot.ends.minute
        day = slot.ends.date()
        before = [(one.opens, one.closes) for one in hours.on(day)]
        whole = [one.closes for one in hours.on(day - timedelta(days=1)) if one.closes == 1440]
        assert any(opens < local <= closes for opens, closes in before) or (local == 0 and whole)
