"""A set-up, and a day arranged by it: the class of each contact, from when on it counts, and who may take it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from ninelives.accounts import hours
from ninelives.accounts.models import Actor, Brand
from ninelives.accounts.queries import organisation
from ninelives.routing.actions.setting_up import Described, as_if
from ninelives.routing.engine.arrays import Floats, Plan, Rates, Whole
from ninelives.routing.engine.model import Model, Profile, Skill
from ninelives.routing.engine.planning import Rule, plan, repriced
from ninelives.routing.engine.prices import Prices, find_prices
from ninelives.routing.engine.simulating.replaying import Day, Rooms, reachable_rooms
from ninelives.routing.live.book import Book, Reach, name_of, read_book
from ninelives.routing.models import Queue, Routing
from ninelives.routing.opening import hours_of_queue
from ninelives.routing.replaying.reading import Seen, Sort
from ninelives.routing.sorting import Description, described

# Prices are found anew after so many seconds, from what came in as many before.
_STAND = 1800.0
# A class's measured work counts as this many of the planner's own guess, as live.
_GUESSES = 30
# Queues that are shut hold what comes until they open: so many days are looked ahead.
_AHEAD = 8
RULE = Rule(allowance=None)


@dataclass(frozen=True)
class SetUp:
    """Queues, skills and people as the matcher counts them, what comes into which, and when each is open in the days
    from `first` on: moments in order, None for always."""

    book: Book
    takes: tuple[Description, ...]
    open: dict[UUID, list[tuple[datetime, datetime]] | None]
    multipliers: dict[str, float]
    floors: dict[str, float]


def set_up_now(first: date) -> SetUp:
    state = Routing.objects.get_or_create(pk=1)[0]
    takes = described(Queue.objects.in_use())
    opened = {one.queue.pk: _open(one.queue, first) for one in takes}
    return SetUp(read_book(state.version), takes, opened, state.multipliers, state.floors)


def set_up_as_if(
    first: date, brand: Brand, queue: Queue | None, meant: Described, actor: Actor | None
) -> tuple[SetUp, UUID]:
    """As it would be with this queue so, and the queue's id. Raises BadHoursError."""
    with as_if(brand, queue, meant, actor) as changed:
        return set_up_now(first), changed.pk


def _open(queue: Queue, first: date) -> list[tuple[datetime, datetime]] | None:
    weekly, dates = hours_of_queue(queue)
    if queue.outside == Queue.Outside.WORK or not (weekly or dates):
        return None
    zone = ZoneInfo(organisation().time_zone)
    return hours.openings(weekly or hours.always(), dates, first, _AHEAD, zone)


@dataclass(frozen=True)
class Arranged:
    """`order` [M]: which contacts of the day, in the order in which they count; `klass` and `came` [M] of these.
    Contacts that no queue takes, or that count from another day on, are not among them."""

    set_up: SetUp
    order: Whole
    klass: Whole
    came: Floats
    rooms: Rooms
    wants: Whole
    plans: list[tuple[float, Plan]]
    multipliers: Floats

    def day(self, seen: Seen, work: Floats, patience: Floats) -> Day:
        """`work` and `patience` [N]: of all contacts of the day."""
        return Day(
            self.came, self.klass, work[self.order], patience[self.order], seen.changed_at, seen.changer, self.wants
        )


def arrange(seen: Seen, set_up: SetUp) -> Arranged:
    lanes = set_up.book.lanes
    of_sort = np.array([place_of(sort, set_up) for sort in seen.sorts], dtype=np.int64)
    klass = of_sort[seen.sort] if len(seen.sorts) else np.zeros(0, np.int64)
    came = _counting_from(seen, set_up, klass)
    kept = np.nonzero((klass >= 0) & (came < seen.seconds))[0]
    order = kept[np.argsort(came[kept], kind="stable")]
    kinds = list(set_up.book.loads)
    wants = np.array([_bits(kinds, without) for without in seen.without], dtype=np.int64)
    profiles = _Profiles(seen, set_up.book, kinds, wants)
    arranged = klass[order], came[order]
    return Arranged(
        set_up,
        order,
        *arranged,
        rooms=profiles.rooms(),
        wants=wants,
        plans=list(_plans(seen, set_up, profiles, *arranged, seen.work[order])),
        multipliers=np.array([float(set_up.multipliers.get(lane.name, 0.0)) for lane in lanes]),
    )


def place_of(sort: Sort, set_up: SetUp) -> int:
    queue = sort.queue if sort.by_hand else None
    if queue is None:
        queue = next((one.queue.pk for one in set_up.takes if _fits(one, sort)), None)
    return set_up.book.places.get(name_of(queue, sort.kind), -1) if queue else -1


def _fits(one: Description, sort: Sort) -> bool:
    return one.fits(sort.brand, sort.kind, sort.account, sort.language, sort.tags)


def _counting_from(seen: Seen, set_up: SetUp, klass: Whole) -> Floats:
    """What came while its queue was shut counts from when that opens."""
    came = seen.came.copy()
    for place, lane in enumerate(set_up.book.lanes):
        spans = set_up.open[lane.queue.pk]
        if spans is None:
            continue
        opens, closes = (
            np.array([(span[end] - seen.start).total_seconds() for span in spans] + [inf]) for end in (0, 1)
        )
        theirs = np.nonzero(klass == place)[0]
        came[theirs] = np.maximum(came[theirs], opens[np.searchsorted(closes, came[theirs], side="right")])
    return came


def _bits(kinds: list[str], without: frozenset[str] | None) -> int:
    return 0 if without is None else sum(1 << place for place, kind in enumerate(kinds) if kind not in without)


class _Profiles:
    """Every mixture of skills and room in which somebody of the day can be."""

    def __init__(self, seen: Seen, book: Book, kinds: list[str], wants: Whole) -> None:
        self.seen, self.book, self.kinds = seen, book, kinds
        nobody: Reach = (inf,) * len(book.lanes)
        reach = [book.reaches.get(person, nobody) for person in seen.people]
        self.bases = list(dict.fromkeys([*reach, nobody]))
        self.base = np.array([self.bases.index(one) for one in reach], dtype=np.int64)
        loads = [book.loads[kind] for kind in kinds]
        self.loads = loads
        rooms = reachable_rooms(
            [one.most for one in loads], [one.weight for one in loads], [one.interrupts for one in loads]
        )
        self.masks = sorted({room & int(want) for room in rooms for want in np.unique(wants)} - {0})
        self.places: dict[Reach, int] = {}
        self.whole: list[int] = []
        self.table = np.full((len(self.bases), 1 << len(kinds)), -1, np.int64)
        for base, told in enumerate(self.bases):
            for mask in reversed(self.masks):
                self._note(base, told, mask)
        if not self.places:
            # A plan has at least one profile.
            self.places[nobody] = 0
            self.whole.append(self.bases.index(nobody))

    def _note(self, base: int, reach: Reach, mask: int) -> None:
        kinds = frozenset(kind for place, kind in enumerate(self.kinds) if mask >> place & 1)
        some = self.book.with_room(reach, kinds)
        if min(some, default=inf) == inf:
            return
        if some not in self.places:
            self.places[some] = len(self.places)
            self.whole.append(base)
        self.table[base, mask] = self.places[some]

    def rooms(self) -> Rooms:
        lanes = self.book.lanes
        return Rooms(
            most=np.array([one.most for one in self.loads], dtype=np.int64),
            weight=np.array([one.weight for one in self.loads], dtype=np.int64),
            interrupts=np.array([one.interrupts for one in self.loads], dtype=np.int64),
            kind=np.array([self.kinds.index(lane.kind) for lane in lanes], dtype=np.int64),
            wrap_up=np.array([float(lane.queue.wrap_up) if lane.is_live else 0.0 for lane in lanes]),
            profile=self.table,
            base=self.base,
        )

    def on_duty(self, at: float, wants: Whole) -> Floats:
        """[bases]: how many take work at this moment."""
        now = np.zeros(len(self.seen.people), dtype=bool)
        until = np.searchsorted(self.seen.changed_at, at, side="right")
        for person, want in zip(self.seen.changer[:until], wants[:until], strict=True):
            now[person] = want != 0
        return np.bincount(self.base[now], minlength=len(self.bases)).astype(np.float64)


def _plans(
    seen: Seen, set_up: SetUp, profiles: _Profiles, klass: Whole, came: Floats, work: Floats
) -> Iterator[tuple[float, Plan]]:
    """Prices as they would have been found on the way: for what came in the half hour before and who was there then."""
    lanes, whole = set_up.book.lanes, np.array(profiles.whole)
    wants = np.array([_bits(profiles.kinds, without) for without in seen.without], dtype=np.int64)
    value = np.array([lane.queue.value for lane in lanes])
    rate = _rates(set_up, klass, work)
    reach = np.array(profiles.bases).reshape(len(profiles.bases), len(lanes)).T
    served: Floats = np.zeros(reach.shape)
    served[:] = np.where(np.isfinite(reach), rate[:, None], 0.0)
    made: Plan | None = None
    for begin in np.arange(0.0, seen.seconds, _STAND):
        count = np.bincount(klass[(came >= begin - _STAND) & (came < begin)], minlength=len(lanes))
        agents = profiles.on_duty(begin, wants)
        arrivals = np.asarray((1.0 + count) / _STAND, dtype=np.float64)
        rates = Rates(arrivals, value, agents, served)
        found = find_prices(rates)
        prices = Prices(found.bound, found.classes, found.profiles[whole])
        if made is None:
            made = plan(_model(set_up, profiles, rates.arrivals, rate), RULE, prices)
        yield float(begin), repriced(made, rates, prices, RULE, agents[whole])


def _rates(set_up: SetUp, klass: Whole, work: Floats) -> Floats:
    """[C] a second: what one person ends, who holds as many at once as there is room for."""
    measured = ~np.isnan(work)
    size = len(set_up.book.lanes)
    count = np.bincount(klass[measured], minlength=size)
    seconds = np.bincount(klass[measured], weights=work[measured], minlength=size)
    guess = np.array([float(lane.queue.handling) for lane in set_up.book.lanes])
    slots = np.array([float(set_up.book.loads[lane.kind].slots) for lane in set_up.book.lanes])
    return np.asarray(slots * (_GUESSES + count) / (_GUESSES * guess + seconds), dtype=np.float64)


def _model(set_up: SetUp, profiles: _Profiles, arrivals: Floats, rate: Floats) -> Model:
    lanes = set_up.book.lanes
    classes = tuple(
        lane.contact_class(float(arrivals[place]), set_up.floors.get(lane.name)) for place, lane in enumerate(lanes)
    )
    made = []
    for reach, place in profiles.places.items():
        skills = {
            lane.name: Skill(float(one), after=after)
            for lane, one, after in zip(lanes, rate, reach, strict=True)
            if after < inf
        }
        made.append(Profile(str(place), 0, skills))
    return Model(classes, tuple(made))
