"""One run of the simulated centre, event by event."""

from dataclasses import dataclass

import numpy as np

from ninelives.routing.engine.arrays import (
    OF_CLASS,
    OF_PROFILE,
    OF_WAKES,
    PATIENCE,
    RATE,
    WITHIN,
    Floats,
    Plan,
    Rates,
    Whole,
)
from ninelives.routing.engine.board import EXTRA, SINCE, choose_class, choose_profile, learn
from ninelives.routing.engine.compiled import compiled
from ninelives.routing.engine.model import Model, UnfitError
from ninelives.routing.engine.simulating.calendar import (
    ARRIVAL,
    FREE,
    GIVING_UP,
    WAKE,
    drop_first,
    first_kind_and_item,
    put,
)
from ninelives.routing.engine.simulating.lines import FIRST, LENGTH
from ninelives.routing.engine.simulating.world import (
    CAME,
    EARLY,
    ENDLESS,
    EXTRA_SUM,
    HELD,
    IN_TIME,
    KLASS,
    LATE,
    LOST,
    MEAN,
    OFFERED,
    TOLD,
    TURN,
    WAITED,
    World,
    become_busy,
    become_free,
    begin_to_wait,
    end_waiting,
    new_world,
)
from ninelives.routing.engine.waiting import Estimate, expected_wait, note_first, settle

_MOST_WAITING = 100_000


class OverrunError(Exception):
    """More wait than the simulator has room for: the queue has no bound."""


@dataclass(frozen=True)
class Span:
    """`hours` are counted after `warm_up` hours. Runs of one seed meet the same customers, whatever the rule.

    `endless`: the share of contacts that never give up, on whom expected waits are checked.
    """

    hours: float
    seed: int
    warm_up: float = 4.0
    endless: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.hours < 1e6 and 0 <= self.warm_up < 1e6 and 0 <= self.endless <= 1 and self.seed >= 0):
            raise UnfitError(f"this cannot be simulated: {self}")


@dataclass(frozen=True)
class Outcome:
    """Per class [C]: contacts offered, lost and answered in time, mean seconds waited by all, multipliers at the end
    and on average; per profile [P] the share of time busy. `told`, `held`: expected waits and how many were right."""

    hours: float
    offered: Floats
    lost: Floats
    in_time: Floats
    wait: Floats
    occupancy: Floats
    extra: Floats
    mean_extra: Floats
    told: Floats
    held: Floats

    @property
    def abandonment(self) -> float:
        return float(self.lost.sum() / max(self.offered.sum(), 1.0))

    @property
    def service_level(self) -> float:
        return float(self.in_time.sum() / max(self.offered.sum(), 1.0))

    @property
    def service_levels(self) -> Floats:
        """Of all who came, answered in time."""
        return self.in_time / np.maximum(self.offered, 1.0)

    def cost(self, value: Floats) -> float:
        """Value lost an hour."""
        return float(value @ self.lost) / self.hours


def simulate(model: Model, plan: Plan, span: Span, extra: Floats | None = None) -> Outcome:
    """`extra` [C]: multipliers of the floors to begin with."""
    rates = Rates.of(model)
    if rates.arrivals.sum() <= 0:
        raise UnfitError("nobody arrives: at least one class needs arrivals above 0")
    start = np.zeros(len(model.classes)) if extra is None else extra
    agents = rates.agents.astype(np.int64)
    world = new_world(plan, agents, rates.arrivals, start, _MOST_WAITING)
    customers, work = _streams(span.seed)
    upto = np.cumsum(rates.arrivals) / rates.arrivals.sum()
    warm, end = span.warm_up * 3600.0, (span.warm_up + span.hours) * 3600.0
    if not _run(plan, world, upto, 1.0 / rates.arrivals.sum(), warm, end, span.endless, customers, work):
        raise OverrunError(f"more than {_MOST_WAITING} contacts wait")
    return _outcome(world, span.hours, agents)


def _streams(seed: int) -> tuple[np.random.Generator, np.random.Generator]:
    customers, work = np.random.SeedSequence(seed).spawn(2)
    return np.random.Generator(np.random.PCG64(customers)), np.random.Generator(np.random.PCG64(work))


def _outcome(world: World, hours: float, agents: Whole) -> Outcome:
    counted = world.counted
    return Outcome(
        hours=hours,
        offered=counted[OFFERED],
        lost=counted[LOST],
        in_time=counted[IN_TIME],
        wait=counted[WAITED] / np.maximum(counted[OFFERED], 1.0),
        occupancy=world.busy / np.maximum(agents, 1) / (hours * 3600.0),
        extra=world.board.classes[EXTRA],
        mean_extra=counted[EXTRA_SUM] / max(world.events[0], 1.0),
        told=counted[TOLD],
        held=counted[HELD],
    )


@compiled
def _run(
    plan: Plan,
    world: World,
    upto: Floats,
    gap: float,
    warm: float,
    end: float,
    endless: float,
    customers: np.random.Generator,
    work: np.random.Generator,
) -> bool:
    """False when there is no room for all who wait."""
    calendar = world.calendar
    put(calendar, customers.exponential(1.0) * gap, ARRIVAL, 0)
    while calendar.time[0] < end:
        now = calendar.time[0]
        kind, item = first_kind_and_item(calendar)
        drop_first(calendar)
        if kind == ARRIVAL:
            put(calendar, now + customers.exponential(1.0) * gap, ARRIVAL, 0)
            _arrive(plan, world, _class_of(upto, customers.random()), now, warm, end, endless, customers, work)
        elif kind == FREE:
            become_free(plan, world, item, now)
            _serve_next(plan, world, world.profile[item], now, warm, end, work)
        elif kind == GIVING_UP:
            _give_up(plan, world, item, now, warm)
        else:
            _wake(plan, world, item, now, warm, end, work)
        if now > warm:
            _count_multipliers(world)
        if world.unused[world.unused.shape[0] - 1] == 0:
            return False
    return True


@compiled
def _count_multipliers(world: World) -> None:
    world.events[0] += 1.0
    for klass in range(world.counted.shape[1]):
        world.counted[EXTRA_SUM, klass] += world.board.classes[EXTRA, klass]


@compiled
def _class_of(upto: Floats, drawn: float) -> int:
    for klass in range(upto.shape[0] - 1):
        if drawn < upto[klass]:
            return klass
    return upto.shape[0] - 1


@compiled
def _arrive(
    plan: Plan,
    world: World,
    klass: int,
    now: float,
    warm: float,
    end: float,
    endless: float,
    customers: np.random.Generator,
    work: np.random.Generator,
) -> None:
    # Drawn whatever is decided, so that all rules meet the same customers.
    patience = customers.exponential(1.0) * plan.classes[PATIENCE, klass]
    is_endless = customers.random() < endless
    if now > warm:
        world.counted[OFFERED, klass] += 1.0
    choice = choose_profile(plan, world.board, klass, now, now)
    if choice.best >= 0:
        learn(plan, world.board, klass, 0.0, True)
        if now > warm:
            world.counted[IN_TIME, klass] += 1.0
        _begin(
            plan, world, klass, plan.ties[OF_CLASS, plan.starts[OF_CLASS, klass] + choice.best], now, warm, end, work
        )
        return
    contact = begin_to_wait(world, klass, now)
    _tell(plan, world, contact, klass, now)
    world.marks[ENDLESS, contact] = 1 if is_endless else 0
    entry = contact + world.marks[TURN, contact] * world.marks.shape[1]
    if not is_endless and patience < np.inf:
        put(world.calendar, now + patience, GIVING_UP, entry)
    for place in range(plan.starts[OF_WAKES, klass], plan.starts[OF_WAKES, klass + 1]):
        if is_endless or plan.wakes[place] < patience:
            put(world.calendar, now + plan.wakes[place], WAKE, entry)


@compiled
def _tell(plan: Plan, world: World, contact: int, klass: int, now: float) -> None:
    ahead = world.waiting.ends[LENGTH, klass] - 1
    if ahead == 0:
        note_first(world.pace, klass, now)
    told = expected_wait(world.pace, klass, ahead, plan.classes[PATIENCE, klass])
    world.times[MEAN, contact], world.times[EARLY, contact], world.times[LATE, contact] = told.mean, told.low, told.high


@compiled
def _serve_next(
    plan: Plan, world: World, profile: int, now: float, warm: float, end: float, work: np.random.Generator
) -> None:
    choice = choose_class(plan, world.board, profile, now)
    if choice.best >= 0:
        klass = plan.ties[OF_PROFILE, plan.starts[OF_PROFILE, profile] + choice.best]
        _take(plan, world, world.waiting.ends[FIRST, klass], profile, now, warm, end, work)


@compiled
def _wake(plan: Plan, world: World, entry: int, now: float, warm: float, end: float, work: np.random.Generator) -> None:
    """Another ring is open to somebody, or their age counts: an agent who was kept free may be theirs now."""
    contact = entry % world.marks.shape[1]
    if world.marks[TURN, contact] != entry // world.marks.shape[1]:
        return
    klass = world.marks[KLASS, contact]
    # Who is first in line has waited longest, so whoever is open to this one is open to the first.
    choice = choose_profile(plan, world.board, klass, world.board.classes[SINCE, klass], now)
    if choice.best >= 0:
        profile = plan.ties[OF_CLASS, plan.starts[OF_CLASS, klass] + choice.best]
        _take(plan, world, world.waiting.ends[FIRST, klass], profile, now, warm, end, work)


@compiled
def _take(
    plan: Plan, world: World, contact: int, profile: int, now: float, warm: float, end: float, work: np.random.Generator
) -> None:
    klass = world.marks[KLASS, contact]
    waited = now - world.times[CAME, contact]
    _end(plan, world, contact, now, warm, True)
    if world.times[CAME, contact] > warm and waited <= plan.classes[WITHIN, klass]:
        world.counted[IN_TIME, klass] += 1.0
    _begin(plan, world, klass, profile, now, warm, end, work)


@compiled
def _give_up(plan: Plan, world: World, entry: int, now: float, warm: float) -> None:
    contact = entry % world.marks.shape[1]
    if world.marks[TURN, contact] == entry // world.marks.shape[1]:
        if world.times[CAME, contact] > warm:
            world.counted[LOST, world.marks[KLASS, contact]] += 1.0
        _end(plan, world, contact, now, warm, False)


@compiled
def _end(plan: Plan, world: World, contact: int, now: float, warm: float, is_served: bool) -> None:
    klass = world.marks[KLASS, contact]
    waited = now - world.times[CAME, contact]
    told = Estimate(world.times[MEAN, contact], world.times[EARLY, contact], world.times[LATE, contact])
    if world.times[CAME, contact] > warm:
        world.counted[WAITED, klass] += waited
        if world.marks[ENDLESS, contact] == 1:
            world.counted[TOLD, klass] += 1.0
            world.counted[HELD, klass] += 1.0 if told.low <= waited <= told.high else 0.0
    # Nothing of expected waits is learnt from those on whom they are checked: live there are none.
    kept = told if world.marks[ENDLESS, contact] == 0 else Estimate(0.0, 0.0, 0.0)
    settle(plan, world.board, world.pace, klass, world.times[CAME, contact], now, is_served, True, kept)
    end_waiting(world, contact)


@compiled
def _begin(
    plan: Plan, world: World, klass: int, profile: int, now: float, warm: float, end: float, work: np.random.Generator
) -> None:
    agent = world.idle.ends[FIRST, profile]
    become_busy(plan, world, agent)
    until = now + work.exponential(1.0) / plan.pairs[RATE, klass, profile]
    world.busy[profile] += max(0.0, min(until, end) - max(now, warm))
    put(world.calendar, until, FREE, agent)
