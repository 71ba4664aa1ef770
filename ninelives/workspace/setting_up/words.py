"""Hours, seconds, rings and channels in words."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ninelives.accounts.hours import END_OF_DAY, Span
from ninelives.routing.models import Requirement
from ninelives.routing.wording import HOUR, MINUTE, counted
from ninelives.workspace import wording

# Kinds that have another name here than on the desk.
_KINDS: dict[str, Promise] = {"webchat": pgettext_lazy("channel", "Chat on the site")}


def kind_name(kind: str) -> str:
    return str(_KINDS.get(kind) or wording.kind_name(kind))


def seconds_in_words(seconds: float) -> str:
    """In the largest unit that says it whole."""
    whole = round(seconds)
    unit = next((one for one in (HOUR, MINUTE) if whole and whole % one == 0), 1)
    return counted(whole // unit, unit)


def hours_in_words(weekly: Mapping[int, Sequence[Span]]) -> list[str]:
    """A line for each run of days that are alike; nothing at all where it never closes."""
    runs: list[tuple[int, int, str]] = []
    for day in sorted(weekly):
        times = _times(weekly[day])
        if runs and runs[-1][2] == times and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    return [f"{_days(first, last)} {times}" for first, last, times in runs]


def times_in_words(spans: Sequence[Span]) -> str:
    return _times(spans) if spans else _("closed")


def _times(spans: Sequence[Span]) -> str:
    told = [f"{_clock(span.opens)}–{_clock(span.closes)}" for span in sorted(spans, key=lambda one: one.opens)]
    return _(" and ").join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _clock(minute: int) -> str:
    minute = minute if minute == END_OF_DAY else minute % END_OF_DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def rings_in_words(requirements: Iterable[Requirement]) -> list[str]:
    """One line for each skill: Dutch at least 4, after 60 seconds 2, after 300 seconds not needed."""
    lines: dict[str, list[str]] = {}
    for ring in requirements:
        level = str(ring.level) if ring.level else _("not needed")
        if ring.skill.name not in lines:
            lines[ring.skill.name] = [_("%(skill)s: %(level)s or more") % {"skill": ring.skill.name, "level": level}]
        else:
            told = {"time": seconds_in_words(ring.after), "level": level}
            lines[ring.skill.name].append(_("after %(time)s %(level)s") % told)
    return [", ".join(parts) for parts in lines.values()]
