"""What a set-up would have made of a day, beside what another would have: per queue, and how sure that is.

What was measured of a contact is taken as it was: when it came, how long it took, how long whoever left had waited.
What nobody knows is drawn: how much longer a customer would have waited who was answered, and how long it takes to
serve one who left. Both set-ups meet the same draws, and several draws tell how far chance reaches.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import sqrt
from uuid import UUID

import numpy as np

from ninelives.routing.engine.arrays import Floats, Whole
from ninelives.routing.engine.compiled import IS_COMPILED
from ninelives.routing.engine.simulating.replaying import Replayed, replay
from ninelives.routing.replaying.arranging import Arranged, SetUp, arrange, place_of
from ninelives.routing.replaying.reading import Seen

# How often what nobody knows is drawn: of many contacts seldom, as chance reaches less far there. Without the compiler
# a replay of a large day takes a minute: then it is drawn once, and nothing can be said of chance.
_FEW, _SOME = 5_000, 20_000
# Student's t, by draws, for a range that holds 95 times in 100.
_T = {1: 0.0, 3: 4.303, 5: 2.776}
# Compiled, replays run beside each other.
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a queue: how many came, the share answered within its target, seconds waited on average and at the most, how
    many left, and what losing them cost. `sure`: how far the share may be off, by chance."""

    came: float
    within: float
    mean_wait: float
    longest: float
    left: float
    lost: float
    sure: float


@dataclass(frozen=True, slots=True)
class Effect:
    queue: UUID
    name: str
    brand: UUID
    # None: it was not there, or is not.
    before: Figures | None
    after: Figures | None
    # The share that really was answered within the target of the set-up as it is.
    measured: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`elsewhere`: how many would have gone to somebody else; `unplaced`: how many no queue would have taken."""

    contacts: int
    people: int
    draws: int
    effects: tuple[Effect, ...]
    elsewhere: float
    unplaced_before: int
    unplaced_after: int
    is_compiled: bool


def compare(seen: Seen, now: SetUp, meant: SetUp) -> Comparison:
    arranged = arrange(seen, now), arrange(seen, meant)
    draws = _draws(len(seen.came))
    given = [(one, *_drawn(seen, now, seed)) for seed in range(draws) for one in arranged]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        ran = list(threads.map(lambda one: _run(seen, *one), given))
    told = [_figures(seen, one[0], outcome) for one, outcome in zip(given, ran, strict=True)]
    before, after = _mean(told[::2]), _mean(told[1::2])
    elsewhere = [_elsewhere(seen, arranged, list(pair)) for pair in zip(ran[::2], ran[1::2], strict=True)]
    return Comparison(
        contacts=len(seen.came),
        people=len(seen.people),
        draws=draws,
        effects=tuple(_effects(now, meant, before, after, _measured(seen, arranged[0]))),
        elsewhere=float(np.mean(elsewhere)),
        unplaced_before=_unplaced(seen, now),
        unplaced_after=_unplaced(seen, meant),
        is_compiled=IS_COMPILED,
    )


def _draws(contacts: int) -> int:
    if not IS_COMPILED and contacts > _FEW:
        return 1
    return 5 if contacts <= _SOME else 3


def _run(seen: Seen, one: Arranged, work: Floats, patience: Floats) -> Replayed:
    return replay(one.day(seen, work, patience), one.rooms, one.plans, seen.seconds, one.multipliers)


def _drawn(seen: Seen, set_up: SetUp, seed: int) -> tuple[Floats, Floats]:
    """Work and patience [N]. Patience has no memory: who was answered after a minute would have waited as long again
    as anybody who just came."""
    drawn = np.random.Generator(np.random.PCG64(seed))
    usual = {lane.queue.pk: lane.queue for lane in set_up.book.lanes}
    queues = [usual.get(sort.queue) for sort in seen.sorts]
    handling = np.array([float(one.handling) if one else 300.0 for one in queues])[seen.sort]
    patience = np.array([float(one.patience) if one else 180.0 for one in queues])[seen.sort]
    known = ~np.isnan(seen.work)
    count = np.bincount(seen.sort[known], minlength=len(queues))
    seconds = np.bincount(seen.sort[known], weights=seen.work[known], minlength=len(queues))
    mean = np.where(count[seen.sort] > 0, seconds[seen.sort] / np.maximum(count[seen.sort], 1), handling)
    work = np.where(known, seen.work, np.maximum(drawn.exponential(1.0, len(seen.came)) * mean, 1.0))
    waited = np.minimum(seen.accepted, seen.seconds) - seen.came
    longer = np.maximum(waited, 0.0) + drawn.exponential(1.0, len(seen.came)) * patience
    stays = np.where(seen.is_live, longer, np.inf)
    return work, np.where(np.isfinite(seen.left), np.maximum(seen.left - seen.came, 0.001), stays)


# Rows of what is counted of a queue.
_CAME, _WITHIN, _WAIT, _LONGEST, _LEFT = range(5)


def _figures(seen: Seen, one: Arranged, outcome: Replayed) -> dict[UUID, Floats]:
    waited = np.minimum(np.minimum(outcome.taken_at, outcome.left_at), seen.seconds) - one.came
    is_taken, has_left = np.isfinite(outcome.taken_at), np.isfinite(outcome.left_at)
    return _counted(one, waited, is_taken, has_left)


def _counted(one: Arranged, waited: Floats, is_taken: Whole, has_left: Whole) -> dict[UUID, Floats]:
    found: dict[UUID, Floats] = {}
    for lane_queue, places in _places(one.set_up).items():
        theirs = np.isin(one.klass, places)
        within = next(lane.queue.within for lane in one.set_up.book.lanes if lane.queue.pk == lane_queue)
        waits = waited[theirs]
        found[lane_queue] = np.array(
            [
                theirs.sum(),
                (is_taken[theirs] & (waits <= within)).sum() / max(1, theirs.sum()),
                waits.mean() if len(waits) else 0.0,
                waits.max(initial=0.0),
                has_left[theirs].sum(),
            ]
        )
    return found


def _places(set_up: SetUp) -> dict[UUID, list[int]]:
    places: dict[UUID, list[int]] = {}
    for place, lane in enumerate(set_up.book.lanes):
        places.setdefault(lane.queue.pk, []).append(place)
    return places


def _measured(seen: Seen, one: Arranged) -> dict[UUID, Floats]:
    """What really was, counted as the replay counts."""
    accepted, left = seen.accepted[one.order], seen.left[one.order]
    waited = np.maximum(np.minimum(np.minimum(accepted, left), seen.seconds) - one.came, 0.0)
    return _counted(one, waited, np.isfinite(accepted), np.isfinite(left))


def _mean(draws: list[dict[UUID, Floats]]) -> dict[UUID, tuple[Floats, float]]:
    """Of each queue the means, and the half width of the share in time."""
    found = {}
    for queue in draws[0]:
        rows = np.array([one[queue] for one in draws])
        spread = float(rows[:, _WITHIN].std(ddof=1)) if len(draws) > 1 else 0.0
        found[queue] = (rows.mean(axis=0), _T[len(draws)] * spread / sqrt(len(draws)))
    return found


def _effects(
    now: SetUp,
    meant: SetUp,
    before: dict[UUID, tuple[Floats, float]],
    after: dict[UUID, tuple[Floats, float]],
    measured: dict[UUID, Floats],
) -> list[Effect]:
    queues = {lane.queue.pk: lane.queue for set_up in (now, meant) for lane in set_up.book.lanes}
    earlier = {lane.queue.pk: lane.queue for lane in now.book.lanes}
    return [
        Effect(
            queue=queue.pk,
            name=queue.name,
            brand=queue.brand_id,
            before=_as_figures(before.get(queue.pk), earlier[queue.pk].value) if queue.pk in earlier else None,
            after=_as_figures(after.get(queue.pk), queue.value),
            measured=float(measured[queue.pk][_WITHIN]) if queue.pk in measured and measured[queue.pk][_CAME] else None,
        )
        for queue in queues.values()
    ]


def _as_figures(told: tuple[Floats, float] | None, value: float) -> Figures | None:
    if told is None:
        return None
    row, sure = told
    came, within, wait, longest, left = (float(one) for one in row)
    return Figures(came, within, wait, longest, left, value * left, sure)


def _elsewhere(seen: Seen, arranged: tuple[Arranged, ...], ran: list[Replayed]) -> int:
    who = []
    for one, outcome in zip(arranged, ran, strict=True):
        agent = np.full(len(seen.came), -1, np.int64)
        agent[one.order] = outcome.agent
        who.append(agent)
    return int(((who[0] != who[1]) & (who[0] >= 0) & (who[1] >= 0)).sum())


def _unplaced(seen: Seen, set_up: SetUp) -> int:
    taken = np.array([place_of(sort, set_up) >= 0 for sort in seen.sorts], dtype=bool)
    return int((~taken[seen.sort]).sum()) if len(seen.sorts) else 0
