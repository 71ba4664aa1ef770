"""Default floors: what first come, first served would give each queue that has no floor of its own, less what the rule
allows, found by simulating the centre as it was measured.

It takes seconds, and so a process of its own (`ninelives rehearse`). That may end at any moment: what was found is
written at the end, at once. Of several that begin, one goes on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from math import inf, sqrt

import numpy as np
from django.db import connection, transaction

from ninelives.foundation.clock import now
from ninelives.routing.engine.arrays import FLOOR, Rates
from ninelives.routing.engine.compiled import IS_COMPILED
from ninelives.routing.engine.model import Model
from ninelives.routing.engine.planning import Rule
from ninelives.routing.engine.simulating import Rehearsed, rehearse
from ninelives.routing.live.book import Book, Lane, Reach, read_book
from ninelives.routing.live.pricing import COUNTED, Pricing
from ninelives.routing.live.standing import on_duty
from ninelives.routing.models import Routing

# Not more often, whatever changes.
EVERY = timedelta(minutes=30)
# How many contacts come in the longest of the simulations: what is not compiled takes about 25 times as long.
CONTACTS = 250_000 if IS_COMPILED else 12_000
# What came and who is at work has changed much when it did by this share, and by more than chance does.
_MOVED = 0.25
_LOCK = 29_904


class Came(Enum):
    """What became of it."""

    REHEARSED = "rehearsed"
    NOT_DUE = "not due"
    NOBODY = "nobody is at work"
    ELSEWHERE = "another one rehearses"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rehearsal was of. Of each class how many came in half an hour, and how many at work may serve it."""

    version: str
    arrivals: Mapping[str, float]
    people: Mapping[str, int]

    def has_moved(self, since: "Situation") -> bool:
        came = [max(self.arrivals.get(name, 0), count) for name, count in since.arrivals.items()]
        # Two counts of the same class differ by about the square root of it, and all of them by as much more at most.
        by_chance = sum(map(sqrt, came)) + 2 * sqrt(sum(came))
        return (
            self.version != since.version
            or _difference(self.arrivals, since.arrivals) > max(_MOVED * sum(came), by_chance)
            or _difference(self.people, since.people) > _MOVED * max(sum(self.people.values()), 1)
        )


@dataclass(frozen=True)
class Centre:
    """Everybody at work, and what is expected now."""

    book: Book
    people: Counter[Reach]
    model: Model

    @property
    def situation(self) -> Situation:
        lanes = list(enumerate(self.book.lanes))
        arrivals = Rates.of(self.model).arrivals * COUNTED.total_seconds()
        return Situation(
            str(self.book.version),
            {lane.name: float(arrivals[place]) for place, lane in lanes},
            {lane.name: _who_may(self.people, place) for place, lane in lanes},
        )


def due_situation() -> Situation | None:
    """What there is to rehearse; None while nothing is to be rehearsed."""
    state = _state()
    if not _is_long_ago(state, now()):
        return None
    centre = centre_now(state)
    return centre.situation if centre and _is_other(state, centre.situation) else None


def rehearse_now(*, only_if_due: bool = False, contacts: int = CONTACTS) -> Came:
    with _alone() as is_alone:
        if not is_alone:
            return Came.ELSEWHERE
        state = _state()
        if only_if_due and not _is_long_ago(state, now()):
            return Came.NOT_DUE
        centre = centre_now(state)
        if centre is None:
            return Came.NOBODY
        situation = centre.situation
        if only_if_due and not _is_other(state, situation):
            return Came.NOT_DUE
        _keep(centre, situation, rehearsed(centre.model, contacts))
        return Came.REHEARSED


def rehearsed(model: Model, contacts: int = CONTACTS) -> Rehearsed:
    return rehearse(model, Rule(), hours=contacts / float(Rates.of(model).arrivals.sum()) / 3600)


def centre_now(state: Routing) -> Centre | None:
    """None where there is no queue, or nobody at work who could serve one: their floors stand."""
    book = read_book(state.version)
    # In an order that is not the database's: the same centre is rehearsed the same.
    people = Counter(dict(sorted(on_duty(book).items())))
    if not (book.lanes and people):
        return None
    return Centre(book, people, Pricing(book, Rule(), {}).model_of(people))


@transaction.atomic
def _keep(centre: Centre, situation: Situation, found: Rehearsed) -> None:
    # The matcher goes on learning meanwhile, under the same lock.
    state = Routing.objects.select_for_update().get_or_create(pk=1)[0]
    floors, multipliers = {}, dict(state.multipliers)
    for place, lane in enumerate(centre.book.lanes):
        floor, is_served = float(found.plan.classes[FLOOR, place]), _who_may(centre.people, place) > 0
        if lane.name not in multipliers or (is_served and _never_had_one(lane, state)):
            multipliers[lane.name] = float(found.extra[place])
        if lane.queue.floor is not None:
            continue
        if is_served and (floor > 0 or lane.is_live):
            floors[lane.name] = floor
        elif lane.name in state.floors:
            # Those who serve it went home, or for now more of this work comes than is done, which waits for a calmer
            # hour: what it is held to then is not nothing.
            floors[lane.name] = state.floors[lane.name]
    Routing.objects.filter(pk=1).update(
        floors=floors, multipliers=multipliers, rehearsed_at=now(), rehearsed_for=asdict(situation)
    )


def _never_had_one(lane: Lane, state: Routing) -> bool:
    """A class without a floor learns nothing: its multiplier is kept as 0."""
    return lane.queue.floor is None and lane.name not in state.floors


def _state() -> Routing:
    return Routing.objects.get_or_create(pk=1)[0]


def _is_long_ago(state: Routing, at: datetime) -> bool:
    return state.rehearsed_at is None or at - state.rehearsed_at >= EVERY


def _is_other(state: Routing, situation: Situation) -> bool:
    return not state.rehearsed_for or situation.has_moved(Situation(**state.rehearsed_for))


def _who_may(people: Counter[Reach], place: int) -> int:
    return sum(count for reach, count in people.items() if reach[place] < inf)


def _difference(now_: Mapping[str, float], then: Mapping[str, float]) -> float:
    return float(np.sum([abs(now_.get(name, 0) - then.get(name, 0)) for name in {*now_, *then}]))


@contextmanager
def _alone() -> Iterator[bool]:
    """The database lets go of the lock when whoever holds it dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [_LOCK])
        (is_alone,) = cursor.fetchone() or (False,)
    try:
        yield bool(is_alone)
    finally:
        if is_alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK])
