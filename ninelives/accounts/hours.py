"""Opening hours: written as people write them, and what they mean at a moment."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DUTCH = ("ma", "di", "wo", "do", "vr", "za", "zo")
_NUMBERS = {name: number for days in (DAYS, _DUTCH) for number, name in enumerate(days)}
_PART = re.compile(r"(?P<days>[a-z]{2,}(?:\s*-\s*[a-z]{2,})?)\s+(?P<times>[\d:.\-–\s+]+)")
_TIMES = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")
END_OF_DAY = 24 * 60
# Whoever is closed for longer does not say when they open.
_LOOK_AHEAD = 60


class BadHoursError(ValueError):
    """Not hours as they can be written; `part` is what was not understood."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of a day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Opening:
    is_open: bool
    # When it opens next; empty while it is open, or for as long as anybody knows.
    opens_at: datetime | None = None


def weekly(text: str) -> dict[int, list[Span]]:
    """`mo-fr 09:00-12:30 13:00-17:30, sa 10:00-16:00`; nothing at all for "". Raises BadHoursError."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for part in filter(None, (one.strip() for one in text.lower().split(","))):
        said = _PART.fullmatch(part)
        if said is None:
            raise BadHoursError(part)
        for day in _days(said["days"]):
            for span in spans(said["times"]):
                found[day].append(Span(span.opens, min(span.closes, END_OF_DAY)))
                if span.closes > END_OF_DAY:
                    found[(day + 1) % 7].append(Span(0, span.closes - END_OF_DAY))
    return dict(found)


def spans(text: str) -> list[Span]:
    """`09:00-12:30 13:00-17:30`. What ends before it begins ends on the next day. Raises BadHoursError."""
    rest, found = text, []
    for said in _TIMES.finditer(text):
        from_hour, from_minute, to_hour, to_minute = map(int, said.groups())
        opens, closes = 60 * from_hour + from_minute, 60 * to_hour + to_minute
        if max(from_minute, to_minute) > 59 or opens >= END_OF_DAY or closes > END_OF_DAY or opens == closes:
            raise BadHoursError(said[0])
        found.append(Span(opens, closes if closes > opens else closes + END_OF_DAY))
        rest = rest.replace(said[0], "", 1)
    if rest.replace("+", "").strip() or not found:
        raise BadHoursError(text.strip())
    return found


def written(weekly: dict[int, list[Span]]) -> str:
    """As `weekly` reads it, in one order; days that are alike together."""
    told = [(day, " ".join(_told(span) for span in sorted(weekly[day], key=_begin))) for day in sorted(weekly)]
    runs: list[tuple[int, int, str]] = []
    for day, times in told:
        if runs and runs[-1][2] == times and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    named = (DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last, _times in runs)
    return ", ".join(f"{days} {times}" for days, (_first, _last, times) in zip(named, runs, strict=True))


def opening(weekly: dict[int, list[Span]], dates: dict[date, list[Span]], at: datetime, zone: ZoneInfo) -> Opening:
    """What the hours mean at this moment. None at all: always open."""
    if not weekly:
        weekly = always()
    today = at.astimezone(zone).date()
    coming = (
        moments
        for days in range(_LOOK_AHEAD)
        for day in (today + timedelta(days=days),)
        for moments in _moments(day, dates.get(day, weekly.get(day.weekday(), [])), zone)
    )
    opens_at, _closes_at = next((one for one in coming if one[1] > at), (None, None))
    is_open = opens_at is not None and opens_at <= at
    return Opening(is_open, None if is_open else opens_at)


def openings(
    weekly: dict[int, list[Span]], dates: dict[date, list[Span]], first: date, days: int, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """From when until when it is open on so many days, in order."""
    coming = (first + timedelta(days=number) for number in range(days))
    return [moments for day in coming for moments in _moments(day, dates.get(day, weekly.get(day.weekday(), [])), zone)]


def always() -> dict[int, list[Span]]:
    return {day: [Span(0, END_OF_DAY)] for day in range(7)}


def _moments(day: date, found: Iterable[Span], zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for span in sorted(found, key=_begin):
        yield _moment(day, span.opens, zone), _moment(day, span.closes, zone)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    later, minute = divmod(minute, END_OF_DAY)
    day += timedelta(days=later)
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)


def _days(text: str) -> list[int]:
    names = [name.strip()[:2] for name in text.split("-")]
    try:
        first, last = _NUMBERS[names[0]], _NUMBERS[names[-1]]
    except KeyError:
        raise BadHoursError(text) from None
    # `fr-mo` goes over the weekend.
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _told(span: Span) -> str:
    return f"{span.opens // 60:02}:{span.opens % 60:02}-{span.closes // 60:02}:{span.closes % 60:02}"


def _begin(span: Span) -> int:
    return span.opens
