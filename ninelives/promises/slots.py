"""Moments at which a brand can promise something, as people say them: within its hours, on the organisation's clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ninelives.accounts.hours import END_OF_DAY, Span

# Whoever is closed for longer promises nothing that can be chosen.
_LOOK_AHEAD = 14
_NOON, _EVENING = 12 * 60, 17 * 60
_FRIDAY = 4
_SOON = timedelta(hours=1)
# What is left of a day must be worth a promise.
_LEAST = timedelta(minutes=30)

Weekly = dict[int, list[Span]]
Dates = dict[date, list[Span]]


@dataclass(frozen=True, slots=True)
class Slot:
    """A window to promise: `key` is today, tomorrow, friday, soon, morning or afternoon; `starts` None is at once."""

    key: str
    starts: datetime | None
    ends: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """Of a brand; none at all: always open."""

    weekly: Weekly
    dates: Dates

    def on(self, day: date) -> list[Span]:
        usual = self.weekly.get(day.weekday(), []) if self.weekly else [Span(0, END_OF_DAY)]
        return sorted(self.dates.get(day, usual), key=lambda span: span.opens)


def for_an_answer(hours: Hours, here: datetime) -> list[Slot]:
    """Before the end of today, noon tomorrow, noon on Friday: each on a day that is open, and no two for the same."""
    today = here.date()
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    wanted = [("today", today, _EVENING), ("tomorrow", today + timedelta(days=1), _NOON), ("friday", friday, _NOON)]
    found: dict[datetime, Slot] = {}
    for key, day, minute in wanted:
        ends = _before(hours, day, minute, here, moves=key != "today")
        if ends and ends - here >= _LEAST:
            found.setdefault(ends, Slot(key, None, ends))
    return sorted(found.values(), key=lambda slot: slot.ends)


def for_a_call(hours: Hours, here: datetime) -> list[Slot]:
    """Within the hour while it is open, and the next half-days."""
    found = list(_soon(hours, here))
    for day in _open_days(hours, here.date()):
        spans = hours.on(day)
        for key, begins, ends in (("morning", 9 * 60, _NOON), ("afternoon", 13 * 60, _EVENING)):
            opens = max(begins, spans[0].opens)
            closes = min(ends, spans[-1].closes)
            starts = _at(day, opens, here)
            if closes - opens >= 60 and starts > here and len(found) < 4:
                found.append(Slot(key, starts, _at(day, closes, here)))
    return found


def _soon(hours: Hours, here: datetime) -> Iterator[Slot]:
    for span in hours.on(here.date()):
        closes = _at(here.date(), span.closes, here)
        if _at(here.date(), span.opens, here) <= here and closes - here >= _LEAST:
            yield Slot("soon", None, min(here + _SOON, closes).replace(second=0, microsecond=0))


def _before(hours: Hours, day: date, minute: int, here: datetime, *, moves: bool) -> datetime | None:
    """This time of that day or, as far as it is open, nearest to it; else of the next day that is."""
    if not moves:
        return _at(day, _fitting(hours.on(day), minute), here) if hours.on(day) else None
    for one in _open_days(hours, day):
        at = _at(one, _fitting(hours.on(one), minute), here)
        if at > here:
            return at
    return None


def _fitting(spans: list[Span], minute: int) -> int:
    """The last minute before this one at which it is open; where it opens later, an hour after that."""
    before = [min(span.closes, minute) for span in spans if span.opens < minute]
    return before[-1] if before else min(spans[0].opens + 60, spans[0].closes)


def _open_days(hours: Hours, first: date) -> Iterator[date]:
    for ahead in range(_LOOK_AHEAD):
        day = first + timedelta(days=ahead)
        if hours.on(day):
            yield day


def _at(day: date, minute: int, here: datetime) -> datetime:
    later, minute = divmod(minute, END_OF_DAY)
    return datetime.combine(day + timedelta(days=later), time(minute // 60, minute % 60), tzinfo=here.tzinfo)
