"""What an edited set-up would have made of a day, for the screen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from ninelives.accounts.models import Brand, Person
from ninelives.routing.actions import Described
from ninelives.routing.models import Queue
from ninelives.routing.replaying.arranging import set_up_as_if, set_up_now
from ninelives.routing.replaying.comparing import Effect, Figures, compare
from ninelives.routing.replaying.reading import read_day
from ninelives.routing.wording import briefly

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure under the set-up as it is and as it is meant; "–" where there is none. Bars are in percent."""

    label: str
    before: str
    after: str
    before_bar: int
    after_bar: int
    sure: str = ""

    @property
    def is_told(self) -> bool:
        return {self.before, self.after} != {_NOTHING}


@dataclass(frozen=True, slots=True)
class EffectRow:
    name: str
    is_this: bool
    came: str
    measured: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class EffectsShown:
    day: date
    contacts: int
    people: int
    draws: int
    elsewhere: int
    unplaced_before: int
    unplaced_after: int
    columns: tuple[str, ...]
    rows: tuple[EffectRow, ...]


def effects_on(day: date, brand: Brand, queue: Queue | None, meant: Described, person: Person) -> EffectsShown:
    """Nothing is written. Raises BadHoursError."""
    zone = timezone.get_current_timezone()
    start, end = (datetime.combine(day + timedelta(days=more), time(), zone) for more in (0, 1))
    seen = read_day(start, end)
    now = set_up_now(day)
    edited, which = set_up_as_if(day, brand, queue, meant, person)
    told = compare(seen, now, edited)
    theirs = [one for one in told.effects if one.brand in person.brand_ids]
    rows = tuple(_row(one, one.queue == which) for one in theirs)
    return EffectsShown(
        day=day,
        contacts=told.contacts,
        people=told.people,
        draws=told.draws,
        elsewhere=round(told.elsewhere),
        unplaced_before=told.unplaced_before,
        unplaced_after=told.unplaced_after,
        columns=tuple(pair.label for pair in rows[0].pairs) if rows else (),
        rows=rows,
    )


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def _row(one: Effect, is_this: bool) -> EffectRow:
    before, after = one.before, one.after
    counts = [f"{some.came:.0f}" if some else _NOTHING for some in (before, after)]
    longest = max([1.0, *(some.mean_wait for some in (before, after) if some)])
    left = max([1.0, *(some.left for some in (before, after) if some)])
    return EffectRow(
        name=one.name,
        is_this=is_this,
        came=counts[0] if counts[0] == counts[1] else " → ".join(counts),
        measured="" if one.measured is None else _("measured: %s") % _percent(one.measured),
        pairs=(
            _within(before, after),
            _pair(_("Mean wait"), before, after, _mean_wait, lambda some: some.mean_wait / longest),
            _pair(_("Longest"), before, after, lambda some: briefly(some.longest)),
            _pair(_("Left"), before, after, lambda some: f"{some.left:.0f}", lambda some: some.left / left),
            _pair(_("Value lost"), before, after, lambda some: f"{some.lost:.0f}"),
        ),
    )


def _within(before: Figures | None, after: Figures | None) -> Pair:
    pair = _pair(_("In time"), before, after, lambda some: _percent(some.within), lambda some: some.within)
    sure = max((some.sure for some in (before, after) if some), default=0.0)
    return replace(pair, sure=f"± {100 * sure:.1f}" if sure else "")


def _pair(
    label: str,
    before: Figures | None,
    after: Figures | None,
    told: Callable[[Figures], str],
    share: Callable[[Figures], float] | None = None,
) -> Pair:
    words = [told(some) if some and some.came else _NOTHING for some in (before, after)]
    bars = [round(100 * share(some)) if some and share else 0 for some in (before, after)]
    return Pair(label, words[0], words[1], bars[0], bars[1])


def _mean_wait(some: Figures) -> str:
    return briefly(some.mean_wait)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
