"""A day again: the contacts that came, with the work and the patience they had, and the people who were there. Decided
anew under a plan by the functions that decide live, so that another set-up can be held against the day it was.

Every contact keeps its moment, its class, its work and its patience; people hold several at once as far as they have
room. Expected waits are told to nobody here, nobody is kept for somebody they know, and nobody passes anything on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from ninelives.routing.engine.arrays import OF_CLASS, OF_PROFILE, OF_WAKES, RATE, Floats, Plan, Whole
from ninelives.routing.engine.board import (
    COVER,
    EXTRA,
    IDLE_SINCE,
    SINCE,
    Board,
    choose_class,
    choose_profile,
    count_free,
    empty_board,
    learn,
)
from ninelives.routing.engine.compiled import compiled
from ninelives.routing.engine.simulating.calendar import (
    Calendar,
    drop_first,
    empty_calendar,
    first_kind_and_item,
    put,
)
from ninelives.routing.engine.simulating.lines import (
    BEFORE,
    BEHIND,
    FIRST,
    LAST,
    LENGTH,
    Lines,
    empty_lines,
    stand_in,
    step_out,
)

# What happens, at equal moments in this order.
SHIFT, ENDED, FINISHED, ARRIVED, LEFT, LOOKED = range(6)
# States of a contact.
TO_COME, WAITS, TAKEN, GONE = range(4)
_WHOLE = 100


class Day(NamedTuple):
    """Contacts in the order they came: `came`, `work` and `patience` [N] in seconds, `klass` [N].

    People's changes in order: `changed_at`, `changer`, `wants` [E]; `wants` has a bit for each kind of channel, and is
    0 where somebody takes nothing from then on.
    """

    came: Floats
    klass: Whole
    work: Floats
    patience: Floats
    changed_at: Floats
    changer: Whole
    wants: Whole


class Rooms(NamedTuple):
    """How much somebody can hold. Of each kind of channel `most`, `weight`, and whether it `interrupts` [K]; of each
    class its `kind` and the seconds for finishing off (`wrap_up`) [C]. `profile` [bases, 2^K]: in which profile of the
    plan somebody stands who has room for these kinds, -1 where they can take nothing. `base` [A]: of each person."""

    most: Whole
    weight: Whole
    interrupts: Whole
    kind: Whole
    wrap_up: Floats
    profile: Whole
    base: Whole


class Replay(NamedTuple):
    """The state. Of contacts `state`, `taken_at` (infinite: never), `agent` (-1: nobody) and `left_at` [N]; of people
    `held` [A, K], what they want, in which line they stand (`stands_in` [A], -1: none), since when nothing was given
    to them, and until when they finish off. `next` [2]: the first contact and the first change to come."""

    board: Board
    calendar: Calendar
    waiting: Lines
    idle: Lines
    state: Whole
    taken_at: Floats
    agent: Whole
    left_at: Floats
    held: Whole
    wants: Whole
    stands_in: Whole
    idle_since: Floats
    finishing: Floats
    next: Whole


@dataclass(frozen=True)
class Replayed:
    """Of each contact [N]: when it was taken (infinite: never), by whom (-1: nobody), when it left (infinite: never).
    `multipliers` [C]: those of the floors at the end."""

    taken_at: Floats
    agent: Whole
    left_at: Floats
    multipliers: Floats


def replay(day: Day, rooms: Rooms, plans: Sequence[tuple[float, Plan]], end: float, extra: Floats) -> Replayed:
    """Until `end`. `plans`: each with the moment from which it is in force, the first from the beginning; classes,
    profiles and who may serve whom are the same in all. `extra` [C]: multipliers of the floors to begin with."""
    world = _new(day, rooms, plans[0][1], extra)
    until = [moment for moment, _ in plans[1:]] + [end]
    for (_, plan), upto in zip(plans, until, strict=True):
        _run(plan, day, rooms, world, upto)
    return Replayed(world.taken_at, world.agent, world.left_at, world.board.classes[EXTRA].copy())


def reachable_rooms(most: Sequence[int], weight: Sequence[int], interrupts: Sequence[bool]) -> list[int]:
    """Every set of kinds, as bits, that somebody can have room for, whatever they hold."""
    # What is taken by kinds that interrupt and by those that do not, and the kinds of which there may be no more.
    held = {(0, 0, 0)}
    for kind, (many, heavy, comes_always) in enumerate(zip(most, weight, interrupts, strict=True)):
        held = {
            (live + heavy * n * comes_always, rest + heavy * n * (not comes_always), full | (n >= many) << kind)
            for live, rest, full in held
            for n in range(min(many, _WHOLE // heavy) + 1)
        }
    possible = (one for one in held if one[0] <= _WHOLE and one[1] <= _WHOLE)
    return sorted({_room(*one, weight, interrupts) for one in possible})


def _room(live: int, rest: int, full: int, weight: Sequence[int], interrupts: Sequence[bool]) -> int:
    room = 0
    for kind, (heavy, comes_always) in enumerate(zip(weight, interrupts, strict=True)):
        taken = live if comes_always else live + rest
        if not full >> kind & 1 and taken + heavy <= _WHOLE:
            room |= 1 << kind
    return room


def _new(day: Day, rooms: Rooms, plan: Plan, extra: Floats) -> Replay:
    contacts, people, kinds = len(day.came), len(rooms.base), len(rooms.most)
    classes, profiles = plan.pairs[RATE].shape
    wakes = int(np.diff(plan.starts[OF_WAKES]).max(initial=0))
    return Replay(
        board=empty_board(plan, extra.copy()),
        # Of each contact: its end, its leaving, its moments to look again, and twice that somebody may take more.
        calendar=empty_calendar((4 + wakes) * contacts + people + 1),
        waiting=empty_lines(classes, contacts),
        idle=empty_lines(profiles, people),
        state=np.zeros(contacts, np.int64),
        taken_at=np.full(contacts, inf),
        agent=np.full(contacts, -1, np.int64),
        left_at=np.full(contacts, inf),
        held=np.zeros((people, kinds), np.int64),
        wants=np.zeros(people, np.int64),
        stands_in=np.full(people, -1, np.int64),
        idle_since=np.zeros(people),
        finishing=np.zeros(people),
        next=np.zeros(2, np.int64),
    )


@compiled
def _run(plan: Plan, day: Day, rooms: Rooms, world: Replay, end: float) -> None:
    now, kind = _next(day, world)
    while now < end:
        if kind == SHIFT:
            event = world.next[1]
            world.next[1] += 1
            _shift(plan, day, rooms, world, day.changer[event], day.wants[event], now)
        elif kind == ARRIVED:
            contact = world.next[0]
            world.next[0] += 1
            _arrive(plan, day, rooms, world, contact, now)
        else:
            _, item = first_kind_and_item(world.calendar)
            drop_first(world.calendar)
            _happen(plan, day, rooms, world, kind, item, now)
        now, kind = _next(day, world)


@compiled
def _happen(plan: Plan, day: Day, rooms: Rooms, world: Replay, kind: int, item: int, now: float) -> None:
    if kind == ENDED:
        _end(plan, day, rooms, world, item, now)
    elif kind == FINISHED:
        _come_back(plan, day, rooms, world, item, now)
    elif kind == LEFT:
        _leave(plan, day, world, item, now)
    elif world.state[item] == WAITS:
        _look_again(plan, day, rooms, world, now)


@compiled
def _next(day: Day, world: Replay) -> tuple[float, int]:
    """The soonest of what is to come: a change of somebody, a contact, or an entry of the calendar."""
    now, kind = np.inf, LOOKED
    if world.calendar.size[0] > 0:
        now = world.calendar.time[0]
        kind, _ = first_kind_and_item(world.calendar)
    contact, event = world.next[0], world.next[1]
    if contact < day.came.shape[0] and (day.came[contact] < now or (day.came[contact] == now and kind > ARRIVED)):
        now, kind = day.came[contact], ARRIVED
    if event < day.changed_at.shape[0] and day.changed_at[event] <= now:
        now, kind = day.changed_at[event], SHIFT
    return now, kind


@compiled
def _shift(plan: Plan, day: Day, rooms: Rooms, world: Replay, agent: int, wants: int, now: float) -> None:
    if world.wants[agent] == 0 and wants != 0:
        world.idle_since[agent] = now
    world.wants[agent] = wants
    _stand(plan, rooms, world, agent, now)
    _serve(plan, day, rooms, world, agent, now)


@compiled
def _arrive(plan: Plan, day: Day, rooms: Rooms, world: Replay, contact: int, now: float) -> None:
    klass = day.klass[contact]
    if world.board.classes[COVER, klass] > 0.0:
        choice = choose_profile(plan, world.board, klass, now, now)
        if choice.best >= 0:
            profile = plan.ties[OF_CLASS, plan.starts[OF_CLASS, klass] + choice.best]
            _give(plan, day, rooms, world, contact, profile, now)
            return
    world.state[contact] = WAITS
    stand_in(world.waiting, klass, contact)
    world.board.classes[SINCE, klass] = day.came[world.waiting.ends[FIRST, klass]]
    if day.patience[contact] < np.inf:
        put(world.calendar, now + day.patience[contact], LEFT, contact)
    for place in range(plan.starts[OF_WAKES, klass], plan.starts[OF_WAKES, klass + 1]):
        if plan.wakes[place] < day.patience[contact]:
            put(world.calendar, now + plan.wakes[place], LOOKED, contact)


@compiled
def _end(plan: Plan, day: Day, rooms: Rooms, world: Replay, contact: int, now: float) -> None:
    """Its work is done: there is room for more, at once or when it is finished off."""
    agent, klass = world.agent[contact], day.klass[contact]
    world.state[contact] = GONE
    world.held[agent, rooms.kind[klass]] -= 1
    if rooms.wrap_up[klass] > 0.0:
        world.finishing[agent] = now + rooms.wrap_up[klass]
        put(world.calendar, world.finishing[agent], FINISHED, agent)
    _stand(plan, rooms, world, agent, now)
    _serve(plan, day, rooms, world, agent, now)


@compiled
def _come_back(plan: Plan, day: Day, rooms: Rooms, world: Replay, agent: int, now: float) -> None:
    _stand(plan, rooms, world, agent, now)
    _serve(plan, day, rooms, world, agent, now)


@compiled
def _leave(plan: Plan, day: Day, world: Replay, contact: int, now: float) -> None:
    if world.state[contact] == WAITS:
        world.state[contact] = GONE
        world.left_at[contact] = now
        _stop_waiting(day, world, contact)
        learn(plan, world.board, day.klass[contact], now - day.came[contact], False)


@compiled
def _look_again(plan: Plan, day: Day, rooms: Rooms, world: Replay, now: float) -> None:
    """A ring opens to somebody, or their age counts: as `Matcher.wake`, each class from its first in line on."""
    for klass in range(plan.classes.shape[1]):
        # Where nobody is free who may serve it nothing can be chosen: most of the looks of a busy day.
        while world.waiting.ends[FIRST, klass] >= 0 and world.board.classes[COVER, klass] > 0.0:
            first = world.waiting.ends[FIRST, klass]
            choice = choose_profile(plan, world.board, klass, day.came[first], now)
            if choice.best < 0:
                break
            profile = plan.ties[OF_CLASS, plan.starts[OF_CLASS, klass] + choice.best]
            _stop_waiting(day, world, first)
            _give(plan, day, rooms, world, first, profile, now)


@compiled
def _serve(plan: Plan, day: Day, rooms: Rooms, world: Replay, agent: int, now: float) -> None:
    """Whoever stands first where this person stands gets the contact that is worth most, if there is one."""
    profile = world.stands_in[agent]
    if profile < 0:
        return
    choice = choose_class(plan, world.board, profile, now)
    if choice.best >= 0:
        klass = plan.ties[OF_PROFILE, plan.starts[OF_PROFILE, profile] + choice.best]
        contact = world.waiting.ends[FIRST, klass]
        _stop_waiting(day, world, contact)
        _give(plan, day, rooms, world, contact, profile, now)


@compiled
def _give(plan: Plan, day: Day, rooms: Rooms, world: Replay, contact: int, profile: int, now: float) -> None:
    """To whoever of the profile is idle longest; who then still has room stands in another line, behind all others."""
    agent, klass = world.idle.ends[FIRST, profile], day.klass[contact]
    learn(plan, world.board, klass, now - day.came[contact], True)
    world.state[contact] = TAKEN
    world.taken_at[contact], world.agent[contact] = now, agent
    world.held[agent, rooms.kind[klass]] += 1
    world.idle_since[agent] = now
    put(world.calendar, now + day.work[contact], ENDED, contact)
    _stand(plan, rooms, world, agent, now)
    _serve_more(plan, day, rooms, world, agent, now)


@compiled
def _serve_more(plan: Plan, day: Day, rooms: Rooms, world: Replay, agent: int, now: float) -> None:
    """Whoever still has room may take another that waits: several at once come one after the other."""
    if world.stands_in[agent] >= 0 and _anybody_waits(plan, world, world.stands_in[agent]):
        put(world.calendar, now, FINISHED, agent)


@compiled
def _anybody_waits(plan: Plan, world: Replay, profile: int) -> bool:
    for place in range(plan.starts[OF_PROFILE, profile], plan.starts[OF_PROFILE, profile + 1]):
        if world.waiting.ends[FIRST, plan.ties[OF_PROFILE, place]] >= 0:
            return True
    return False


@compiled
def _stop_waiting(day: Day, world: Replay, contact: int) -> None:
    klass = day.klass[contact]
    step_out(world.waiting, klass, contact)
    first = world.waiting.ends[FIRST, klass]
    world.board.classes[SINCE, klass] = day.came[first] if first >= 0 else np.inf


@compiled
def _stand(plan: Plan, rooms: Rooms, world: Replay, agent: int, now: float) -> None:
    """In the line of whoever can take what this person can take now, by how long they are idle."""
    profile = _profile(rooms, world, agent, now)
    before = world.stands_in[agent]
    if before == profile and before >= 0 and world.idle_since[agent] < now:
        return
    if before >= 0:
        step_out(world.idle, before, agent)
        _show_idle(world, before)
        count_free(plan, world.board, before, -1.0)
    world.stands_in[agent] = profile
    if profile >= 0:
        _stand_by(world, profile, agent)
        _show_idle(world, profile)
        count_free(plan, world.board, profile, 1.0)


@compiled
def _profile(rooms: Rooms, world: Replay, agent: int, now: float) -> int:
    if world.wants[agent] == 0 or world.finishing[agent] > now:
        return -1
    room = 0
    for kind in range(rooms.most.shape[0]):
        if (world.wants[agent] >> kind) & 1 and _has_room(rooms, world, agent, kind):
            room |= 1 << kind
    return int(rooms.profile[rooms.base[agent], room])


@compiled
def _has_room(rooms: Rooms, world: Replay, agent: int, kind: int) -> bool:
    if world.held[agent, kind] >= rooms.most[kind]:
        return False
    taken = rooms.weight[kind]
    for other in range(rooms.most.shape[0]):
        if rooms.interrupts[other] or not rooms.interrupts[kind]:
            taken += rooms.weight[other] * world.held[agent, other]
    return bool(taken <= _WHOLE)


@compiled
def _stand_by(world: Replay, profile: int, agent: int) -> None:
    """Before the first, from the end of the line, who is idle since earlier or as early."""
    behind = -1
    before = world.idle.ends[LAST, profile]
    while before >= 0 and world.idle_since[before] > world.idle_since[agent]:
        behind, before = before, world.idle.links[BEFORE, before]
    if behind < 0:
        stand_in(world.idle, profile, agent)
        return
    world.idle.links[BEFORE, agent], world.idle.links[BEHIND, agent] = before, behind
    world.idle.links[BEFORE, behind] = agent
    if before < 0:
        world.idle.ends[FIRST, profile] = agent
    else:
        world.idle.links[BEHIND, before] = agent
    world.idle.ends[LENGTH, profile] += 1


@compiled
def _show_idle(world: Replay, profile: int) -> None:
    first = world.idle.ends[FIRST, profile]
    if first >= 0:
        world.board.profiles[IDLE_SINCE, profile] = world.idle_since[first]
