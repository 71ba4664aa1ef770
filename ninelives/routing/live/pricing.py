"""The plan in force: prices of what is expected now, for everybody who is at work, with a place for each mixture of
skills and room that was met so far."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

import numpy as np
from django.db.models import Count, DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import Least

from ninelives.foundation.clock import now
from ninelives.routing.engine.arrays import Floats, Plan, Rates
from ninelives.routing.engine.model import Model, Profile, Skill
from ninelives.routing.engine.planning import Rule, name_of, plan
from ninelives.routing.engine.prices import Prices, find_prices
from ninelives.routing.live.book import Book, Reach
from ninelives.routing.live.book import name_of as class_name
from ninelives.routing.models import Placement, Routing

# Prices are found anew after so long, or when so many more or fewer are at work.
_STAND = timedelta(minutes=5)
_MOVED = 0.05
# Arrivals are counted over so long, and begin as if one had come.
COUNTED = timedelta(minutes=30)
# A class's measured handling counts as this many of the planner's own guess.
_GUESSES = 30
_MEASURED = timedelta(days=14)


def remembered(state: Routing, book: Book, at: datetime) -> tuple[Floats, Floats]:
    """What the rule has learnt: multipliers, [C], and paces, [4, C]."""
    names = [lane.name for lane in book.lanes]
    usual = [60.0, at.timestamp(), 0.2, 2.0]
    extra = np.array([float(state.multipliers.get(name, 0.0)) for name in names])
    pace = np.array([state.paces.get(name, usual) for name in names], dtype=np.float64).T
    return extra, np.ascontiguousarray(pace)


def _nothing() -> Floats:
    return np.zeros(0)


@dataclass(slots=True)
class Pricing:
    """Of one book. `places`: which profile a reach is in the plan."""

    book: Book
    rule: Rule
    floors: Mapping[str, float]
    at: datetime | None = None
    on_duty: Counter[Reach] = field(default_factory=Counter)
    places: dict[Reach, int] = field(default_factory=dict)
    # Of each place, the reach with all room: its price is that of everybody who could be in it.
    whole: dict[Reach, Reach] = field(default_factory=dict)
    plan: Plan | None = None
    name: str = ""
    # Names of plans that are written down.
    written: set[str] = field(default_factory=set)
    _rates: Floats = field(default_factory=_nothing)
    _arrivals: Floats = field(default_factory=_nothing)
    _prices: dict[Reach, float] = field(default_factory=dict)
    _class_prices: Floats = field(default_factory=_nothing)

    def in_force(self, on_duty: Counter[Reach], met: Mapping[Reach, Reach]) -> Plan:
        """`on_duty`: how many work with each reach; `met`: the reaches, of whoever has room, with what they would be
        with all room."""
        is_old = self.at is None or now() - self.at > _STAND or self._moved(on_duty)
        if is_old:
            self.on_duty = on_duty
            self._price()
            self.whole = dict(met)
        elif any(reach not in self.places for reach in met):
            self.whole.update(met)
        elif self.plan is not None:
            return self.plan
        self.plan = self._draw_up()
        self.name = name_of(self.plan)
        return self.plan

    def _moved(self, on_duty: Counter[Reach]) -> bool:
        if on_duty == self.on_duty:
            return False
        changed = sum(abs(on_duty[reach] - self.on_duty[reach]) for reach in {*on_duty, *self.on_duty})
        return changed > _MOVED * max(1, self.on_duty.total())

    def _price(self) -> None:
        self.at = now()
        prices = find_prices(Rates.of(self.model_of(self.on_duty)))
        self._class_prices = prices.classes
        self._prices = dict(zip(self.on_duty, (float(price) for price in prices.profiles), strict=False))

    def model_of(self, on_duty: Counter[Reach]) -> Model:
        """Everybody at work, and what is expected as it is measured now; a profile of each reach, in their order."""
        self._rates, self._arrivals = _rates(self.book), _arrivals(self.book)
        return self._model(list(on_duty) or [self._nobody], on_duty)

    def hold_to(self, floors: Mapping[str, float]) -> None:
        """Other floors, from the next plan on."""
        if floors != self.floors:
            self.floors, self.plan = floors, None

    def _draw_up(self) -> Plan:
        reaches = list(self.whole) or [self._nobody]
        self.places = {reach: place for place, reach in enumerate(reaches)}
        counts = Counter({reach: self.on_duty[self.whole.get(reach, reach)] for reach in reaches})
        profiles = np.array([self._prices.get(self.whole.get(reach, reach), 0.0) for reach in reaches])
        return plan(self._model(reaches, counts), self.rule, Prices(0.0, self._class_prices, profiles))

    def _model(self, reaches: list[Reach], counts: Counter[Reach]) -> Model:
        classes = tuple(
            lane.contact_class(float(self._arrivals[place]), self.floors.get(lane.name))
            for place, lane in enumerate(self.book.lanes)
        )
        return Model(classes, tuple(self._profile(place, reach, counts[reach]) for place, reach in enumerate(reaches)))

    @property
    def _nobody(self) -> Reach:
        """A model has at least one profile."""
        return (inf,) * len(self.book.lanes)

    def _profile(self, place: int, reach: Reach, count: int) -> Profile:
        skills = {
            lane.name: Skill(float(rate), after=after)
            for lane, rate, after in zip(self.book.lanes, self._rates, reach, strict=True)
            if after < inf
        }
        return Profile(str(place), count, skills)


def _rates(book: Book) -> Floats:
    """[C] a second: what one person ends, who holds as many at once as there is room for."""
    seen = _measured()
    handling = (
        (_GUESSES * lane.queue.handling + seconds) / (_GUESSES + count)
        for lane in book.lanes
        for count, seconds in (seen.get(lane.name, (0, 0.0)),)
    )
    slots = (book.loads[lane.kind].slots for lane in book.lanes)
    return np.array([many / seconds for many, seconds in zip(slots, handling, strict=True)])


def _measured() -> dict[str, tuple[int, float]]:
    """How many ended, and the seconds from accepting to their end in all, each at most an hour: whoever leaves
    something lie does not work on it."""
    lasted = ExpressionWrapper(F("ended_at") - F("accepted_at"), output_field=DurationField())
    ended = Placement.objects.filter(ended_at__gt=now() - _MEASURED, accepted_at__isnull=False)
    rows = ended.values_list("queue", "kind").annotate(
        count=Count("pk"), lasted=Sum(Least(lasted, timedelta(hours=1), output_field=DurationField()))
    )
    return {class_name(queue, kind): (count, lasted.total_seconds()) for queue, kind, count, lasted in rows}


def _arrivals(book: Book) -> Floats:
    """[C] a second."""
    came = Placement.objects.filter(at__gt=now() - COUNTED, purpose=Placement.Purpose.SERVE)
    counts = {
        class_name(queue, kind): count for queue, kind, count in came.values_list("queue", "kind").annotate(Count("pk"))
    }
    return np.array([(1 + counts.get(lane.name, 0)) / COUNTED.total_seconds() for lane in book.lanes])
